import type { DecideResult } from '@tamma/coordination';
import { type Decision, done, type Outcome, type StoredDecision, TammaError } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { eventually, testClock } from '@tamma/testing';
import { expect } from 'chai';
import { createExecutor } from './executor.ts';
import { type Bench, openBench } from './testing/bench.ts';
import { openQueue } from './testing/bench-queue.ts';
import { fakeStep, untilAborted } from './testing/fake-step.ts';
import { APPROVAL_PLAN, stateOf } from './testing/plans.ts';

const HOUR_MS = 3_600_000;
const [PLAN, APPROVAL, MERGE] = ['plan-generation', 'plan-approval', 'merge-and-close'] as const;
const TASK = `demo-1.r1.${APPROVAL}`;

/** Asks about the newest plan until somebody approves that very plan; `edit` sends it back. */
function judgePlan(context: StepContext): Outcome<unknown> {
  const subject = JSON.stringify(context.resultOf(PLAN));
  const decision = context.decisions.findLast((one) => one.subject === subject);
  if (decision?.decision === 'approve') return done({ answer: 1 });
  if (decision?.decision === 'edit') {
    const round = { kind: 'plan', steps: [PLAN] } as const;
    return { kind: 'wait', on: 'dependency', why: decision.comment, round };
  }
  const approval = { kind: 'plan', risk: 'high', subject } as const;
  return { kind: 'wait', on: 'approval', forMs: HOUR_MS, why: 'high risk asks a person', approval };
}

function stepsOf(
  approve: (context: StepContext) => Promise<Outcome<unknown>> | Outcome<unknown> = judgePlan,
) {
  const plan = fakeStep(PLAN, () => done({ answer: plan.runs() }));
  return { plan, approval: fakeStep(APPROVAL, approve), merge: fakeStep(MERGE) };
}

function decide(bench: Bench, attempt: number, decision: Decision, plan = 1): Promise<DecideResult> {
  const approvalId = `${TASK}.a${attempt}`;
  const subject = JSON.stringify({ answer: plan });
  const who = { comment: 'smaller, please', by: 'ada', at: '2026-01-01T00:00:00.000Z' };
  const stored: StoredDecision = { approvalId, kind: 'plan', decision, subject, ...who };
  return bench.hashes.decide({ workflowId: 'demo-1.r1', taskId: TASK, decision: stored, events: [] });
}

const DECIDED = { kind: 'decided' } as const;

describe('an approval by a person', () => {
  it('is asked for, edited, asked for again under a new id for the new plan, and given', async () => {
    const { plan, approval, merge } = stepsOf();
    await using bench = await openBench({ plan: APPROVAL_PLAN, steps: [plan, approval, merge] });
    await using one = await openQueue(bench);
    await one.consumeAll();
    await one.queue.addFlow(one.flow);
    const untilAsked = async (id: string) => {
      await eventually('it is parked', async () => (await one.status(APPROVAL)) === 'scheduled');
      const { approval: open, status } = await stateOf(bench);
      expect([open?.id, status]).to.deep.equal([id, 'paused']);
      return open;
    };
    expect(await untilAsked(`${TASK}.a1`)).to.include({
      subject: '{"answer":1}',
      risk: 'high',
      kind: 'plan',
    });
    expect(bench.comments()).to.deep.equal([]);
    expect(await decide(bench, 1, 'edit')).to.deep.equal(DECIDED);
    expect(await one.queue.promote(one.taskOf(APPROVAL))).to.equal(true);
    await eventually('the plan is made anew', async () => (await one.status(PLAN, 1)) === 'completed');

    // Attempt 1 asked, 2 sent the plan back, 3 asks about the new one.
    expect(await untilAsked(`${TASK}.a3`)).to.include({ subject: '{"answer":2}' });
    expect(await decide(bench, 1, 'approve')).to.have.property('kind', 'already');
    expect(await decide(bench, 3, 'approve', 2)).to.deep.equal(DECIDED);
    expect(await one.queue.promote(one.taskOf(APPROVAL))).to.equal(true);
    await eventually('the workflow ends', async () => (await one.status(MERGE)) === 'completed');
    expect([plan.runs(), approval.runs(), merge.runs()]).to.deep.equal([2, 4, 1]);
    const { status, rounds } = await stateOf(bench);
    expect([status, rounds.map(({ kind, round }) => [kind, round])]).to.deep.equal([
      'completed',
      [['plan', 1]],
    ]);
  });

  it('wakes the task also when it comes between the commit and the park', async () => {
    const { plan, approval, merge } = stepsOf();
    await using bench = await openBench({ plan: APPROVAL_PLAN, steps: [plan, approval, merge] });
    const promoted: boolean[] = [];
    const hashes: typeof bench.hashes = {
      ...bench.hashes,
      commit: async (request) => {
        const verdict = await bench.hashes.commit(request);
        if (request.wait?.approval) {
          expect(await decide(bench, request.fence.attempt, 'approve')).to.deep.equal(DECIDED);
          promoted.push(await one.queue.promote(one.taskOf(APPROVAL)));
        }
        return verdict;
      },
    };
    await using one = await openQueue({ ...bench, deps: { ...bench.deps, hashes } });
    await one.consumeAll();
    await one.queue.addFlow(one.flow);
    await eventually('the workflow ends', async () => (await one.status(MERGE)) === 'completed');
    expect(promoted).to.deep.equal([false]);
    expect(approval.runs()).to.equal(2);
  });

  it('goes before a deadline that passed a moment earlier', async () => {
    const clock = testClock();
    const { plan, approval } = stepsOf();
    await using bench = await openBench({
      plan: APPROVAL_PLAN,
      steps: [plan, approval],
      deps: { now: clock.now },
    });
    await bench.run(PLAN);
    await bench.run(APPROVAL);
    clock.advance(HOUR_MS);
    const hashes: typeof bench.hashes = {
      ...bench.hashes,
      commit: async (request) => {
        if (request.unlessDecided !== null) await decide(bench, 1, 'approve');
        return bench.hashes.commit(request);
      },
    };
    const run = createExecutor({ ...bench.deps, hashes }, 'approval');
    const fate = await run(bench.taskOf(APPROVAL, { attempt: 2 }), new AbortController().signal);
    expect(fate).to.deep.equal({ kind: 'park', until: clock.now() });
    expect(await bench.types()).to.not.include('ESCALATION.TRIGGERED.SUCCESS');
    expect(bench.comments()).to.deep.equal([]);
    expect(await bench.run(APPROVAL, { attempt: 3 })).to.deep.equal({ kind: 'done' });
  });

  it('is not waited for again by an attempt that was cut off after it was given', async () => {
    const abort = new AbortController();
    let isStuck = true;
    const { plan, approval } = stepsOf((context) =>
      context.decisions.length > 0 && isStuck ? untilAborted(context) : judgePlan(context),
    );
    await using bench = await openBench({ plan: APPROVAL_PLAN, steps: [plan, approval] });
    await bench.run(PLAN);
    await bench.run(APPROVAL);
    await decide(bench, 1, 'approve');
    const running = bench.run(APPROVAL, { attempt: 2, signal: abort.signal });
    await eventually('it runs', () => approval.runs() === 2);
    abort.abort('shutdown');
    expect(await running).to.deep.equal({ kind: 'hand-back' });
    isStuck = false;
    expect(await bench.run(APPROVAL, { attempt: 3 })).to.deep.equal({ kind: 'done' });
  });

  it('does not end as a crash loop however often its task was woken too early', async () => {
    const { plan, approval } = stepsOf();
    await using bench = await openBench({ plan: APPROVAL_PLAN, steps: [plan, approval] });
    await bench.run(PLAN);
    for (let attempt = 1; attempt <= 30; attempt += 1) {
      expect(await bench.run(APPROVAL, { attempt })).to.include({ kind: 'park' });
    }
    expect(await decide(bench, 1, 'approve')).to.deep.equal(DECIDED);
    const begin: typeof bench.hashes.begin = async (fence, openings) => {
      const begun = await bench.hashes.begin(fence, openings);
      return begun.kind === 'begun' && approval.runs() === 1 ? { ...begun, head: JSON.parse('{}') } : begun;
    };
    // Nor when the engine stumbles at such a high number: it is tried again.
    const run = createExecutor({ ...bench.deps, hashes: { ...bench.hashes, begin } }, 'approval');
    const failure = await run(bench.taskOf(APPROVAL, { attempt: 31 }), new AbortController().signal).then(
      (fate) => fate.kind,
      (error: Error) => error.name,
    );
    expect(failure).to.equal('TypeError');
    expect(await bench.run(APPROVAL, { attempt: 32 })).to.deep.equal({ kind: 'done' });
  });
});

describe('an approval that nobody gave in time', () => {
  async function openExpired() {
    const clock = testClock();
    const { plan, approval } = stepsOf();
    const steps = [plan, approval];
    const bench = await openBench({ plan: APPROVAL_PLAN, steps, deps: { now: clock.now } });
    await bench.run(PLAN);
    await bench.run(APPROVAL);
    clock.advance(HOUR_MS);
    expect((await bench.run(APPROVAL, { attempt: 2 })).kind).to.equal('stop');
    const retry = () =>
      bench.hashes.retry({ workflowId: 'demo-1.r1', taskId: TASK, order: null, events: [] });
    return { ...bench, clock, retry };
  }

  it('is refused as too late, and asked for anew under another id when a person has it tried again', async () => {
    await using bench = await openExpired();
    expect(await decide(bench, 1, 'approve')).to.deep.equal({ kind: 'late' });
    expect(await bench.retry()).to.equal('retried');
    const until = bench.clock.now() + HOUR_MS;
    expect(await bench.run(APPROVAL, { attempt: 3 })).to.include({ kind: 'park', until });
    expect(await decide(bench, 1, 'approve')).to.deep.equal({ kind: 'late' });
    expect(await decide(bench, 3, 'approve')).to.deep.equal(DECIDED);
    expect(await bench.run(APPROVAL, { attempt: 4 })).to.deep.equal({ kind: 'done' });
  });

  it('tells each failure as a fact of its own', async () => {
    await using bench = await openExpired();
    await bench.retry();
    await bench.run(APPROVAL, { attempt: 3 });
    bench.clock.advance(HOUR_MS);
    await bench.run(APPROVAL, { attempt: 4 });
    const facts = (await bench.events()).filter(({ type }) =>
      ['TASK.FAILED.PERMANENT', 'ESCALATION.TRIGGERED.SUCCESS'].includes(type),
    );
    expect(new Set(facts.map((fact) => fact.id)).size).to.equal(4);
  });
});

describe('a question that was answered', () => {
  it('has its step run with the answer, and the next question is another comment', async () => {
    const seen: string[][] = [];
    const { plan, approval } = stepsOf((context) => {
      seen.push(context.decisions.map((one) => one.comment));
      if (context.decisions.length === 2) return done({ answer: 1 });
      return { kind: 'ask', question: `Question ${context.decisions.length + 1}?`, forMs: HOUR_MS };
    });
    await using bench = await openBench({ plan: APPROVAL_PLAN, steps: [plan, approval] });
    await bench.run(PLAN);
    await bench.run(APPROVAL);
    expect(await decide(bench, 1, 'answer')).to.deep.equal(DECIDED);
    await bench.run(APPROVAL, { attempt: 2 });
    expect(await decide(bench, 2, 'answer')).to.deep.equal(DECIDED);
    expect(await bench.run(APPROVAL, { attempt: 3 })).to.deep.equal({ kind: 'done' });
    expect(seen.map((answers) => answers.length)).to.deep.equal([0, 1, 2]);
    expect(bench.comments()).to.have.lengthOf(2);
    expect(bench.comments()[0]).to.contain('> Question 1?').and.contain(`tamma answer ${TASK}.a1 "…"`);
    expect(bench.comments()[1]).to.contain('> Question 2?').and.contain(`tamma answer ${TASK}.a2 "…"`);
  });
});

describe("a person's retry", () => {
  it('gives a task that was called a crash loop all its pick-ups again', async () => {
    const { plan } = stepsOf();
    await using bench = await openBench({ plan: APPROVAL_PLAN, steps: [plan] });
    expect((await bench.run(PLAN, { attempt: 11 })).kind).to.equal('stop');
    await bench.hashes.retry({
      workflowId: 'demo-1.r1',
      taskId: `demo-1.r1.${PLAN}`,
      order: null,
      events: [],
    });
    expect(await bench.run(PLAN, { attempt: 21 })).to.deep.equal({ kind: 'done' });
  });

  it('lets a task that failed twice be recorded as failed twice', async () => {
    const refused = new TammaError('NO_KEY', 'the key is wrong', { class: 'authentication' });
    await using bench = await openBench({
      plan: APPROVAL_PLAN,
      steps: [fakeStep(PLAN, () => Promise.reject(refused))],
    });
    await bench.run(PLAN);
    await bench.hashes.retry({
      workflowId: 'demo-1.r1',
      taskId: `demo-1.r1.${PLAN}`,
      order: null,
      events: [],
    });
    await bench.run(PLAN, { attempt: 2 });
    const failed = (await bench.events()).filter((event) => event.type === 'TASK.FAILED.PERMANENT');
    expect(failed.map((event) => event.id)).to.deep.equal([
      'demo-1.r1.plan-generation.1.2',
      'demo-1.r1.plan-generation.2.2',
    ]);
  });
});
