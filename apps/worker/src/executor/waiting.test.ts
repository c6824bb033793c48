import { buildGitHubProject } from '@tamma/contracts/testing';
import { done, type Outcome, TammaError, type TimedWait } from '@tamma/domain';
import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { createExecutor } from './executor.ts';
import { FIRST, openBench } from './testing/bench.ts';
import { fakeStep } from './testing/fake-step.ts';

const INTAKE = FIRST.id;
const INTAKE_TASK = `demo-1.r1.${INTAKE}`;
const HOUR_MS = 3_600_000;
const WAIT: TimedWait = {
  kind: 'wait',
  on: 'approval',
  forMs: HOUR_MS,
  why: 'high risk always asks a person',
  approval: { kind: 'plan', risk: 'high', subject: 'f00d' },
};

describe('a parked task', () => {
  it('parks again when it wakes early, keeps its deadline, runs nothing, and still counts as waiting', async () => {
    const clock = testClock();
    const intake = fakeStep('issue-intake', () => WAIT);
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    const until = clock.now() + HOUR_MS;
    expect(await bench.run(INTAKE)).to.include({ kind: 'park', until });
    const before = await bench.types();
    expect(before.slice(-2)).to.deep.equal(['APPROVAL.REQUESTED.SUCCESS', 'TASK.PARKED.SUCCESS']);
    for (const attempt of [2, 3, 20]) {
      clock.advance(HOUR_MS / 4);
      expect(await bench.run(INTAKE, { attempt })).to.include({ kind: 'park', until });
    }
    expect(intake.runs()).to.equal(1);
    expect(await bench.types()).to.deep.equal(before);
  });

  it('escalates once its deadline has passed', async () => {
    const clock = testClock();
    const intake = fakeStep('issue-intake', () => WAIT);
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    await bench.run(INTAKE);
    clock.advance(HOUR_MS);
    const fate = await bench.run(INTAKE, { attempt: 2 });
    expect(fate).to.deep.equal({ kind: 'stop', why: `nobody came in time: ${WAIT.why}` });
    expect((await bench.types()).slice(-2)).to.deep.equal([
      'TASK.FAILED.PERMANENT',
      'ESCALATION.TRIGGERED.SUCCESS',
    ]);
    expect(intake.runs()).to.equal(1);
    expect(await bench.run(INTAKE, { attempt: 3 })).to.deep.equal(fate);
  });
});

describe('a task that waits for something outside', () => {
  const CI: TimedWait = { kind: 'wait', on: 'ci', forMs: HOUR_MS, recheckMs: 60_000, why: 'checks run' };

  it('looks again whenever it is woken, and its deadline stays', async () => {
    const clock = testClock();
    const intake = fakeStep('issue-intake', () => (intake.runs() < 4 ? CI : done({ answer: 1 })));
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    const deadline = clock.now() + HOUR_MS;
    const run = (attempt: number) => bench.run(INTAKE, { attempt });
    expect(await run(1)).to.include({ kind: 'park', until: clock.now() + 60_000 });
    clock.advance(60_000);
    expect(await run(2)).to.include({ kind: 'park', until: clock.now() + 60_000 });
    clock.advance(HOUR_MS - 90_000);
    expect(await run(3)).to.include({ kind: 'park', until: deadline });
    expect(await run(4)).to.deep.equal({ kind: 'done' });
    expect((await bench.types()).filter((type) => type === 'TASK.DEQUEUED.SUCCESS')).to.have.lengthOf(4);
  });

  it('looks ever more rarely while it waits for long, at most ten minutes apart, and never past its deadline', async () => {
    const clock = testClock();
    const DAY_MS = 24 * HOUR_MS;
    const intake = fakeStep('issue-intake', () => ({ ...CI, forMs: DAY_MS, key: 'abc' }));
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    const startMs = clock.now();
    const looks = [];
    for (const [attempt, atMs] of [0, HOUR_MS, 2 * HOUR_MS, 12 * HOUR_MS, DAY_MS - 1000].entries()) {
      clock.advance(startMs + atMs - clock.now());
      const fate = await bench.run(INTAKE, { attempt: attempt + 1 });
      looks.push(fate.kind === 'park' ? fate.until - clock.now() : null);
    }
    expect(looks).to.deep.equal([60_000, 120_000, 240_000, 600_000, 1000]);
  });

  it('has a deadline of its own for each thing it waits for, such as each head of a branch', async () => {
    const clock = testClock();
    const keys = ['a', 'a', 'b'];
    const intake = fakeStep('issue-intake', () => ({ ...CI, key: keys[intake.runs() - 1] ?? '' }));
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    const startMs = clock.now();
    const ends: number[] = [];
    for (const attempt of [1, 2, 3]) {
      await bench.run(INTAKE, { attempt });
      const begun = await bench.hashes.begin({ workflowId: 'demo-1.r1', taskId: INTAKE_TASK, attempt }, []);
      ends.push(begun.kind === 'begun' ? (begun.wait?.untilMs ?? 0) - startMs : 0);
      clock.advance(60_000);
    }
    expect(ends).to.deep.equal([HOUR_MS, HOUR_MS, HOUR_MS + 120_000]);
  });

  it('tells its step what it waited for last, and whether the time for it is up', async () => {
    const clock = testClock();
    const seen: unknown[] = [];
    const intake = fakeStep('issue-intake', ({ lastWait }) => {
      seen.push(lastWait);
      return intake.runs() < 3 ? { ...CI, key: 'abc', atDeadline: 'run' } : done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    await bench.run(INTAKE);
    clock.advance(60_000);
    await bench.run(INTAKE, { attempt: 2 });
    clock.advance(HOUR_MS);
    await bench.run(INTAKE, { attempt: 3 });
    const last = { on: 'ci', key: 'abc' };
    expect(seen).to.deep.equal([null, { ...last, isOver: false }, { ...last, isOver: true }]);
  });

  it('is escalated at its deadline, or runs again when it said so', async () => {
    for (const [wait, fate] of [[CI, 'stop'] as const, [{ ...CI, atDeadline: 'run' }, 'done'] as const]) {
      const clock = testClock();
      const intake = fakeStep('issue-intake', () => (intake.runs() === 1 ? wait : done({ answer: 1 })));
      await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
      await bench.run(INTAKE);
      clock.advance(HOUR_MS);
      expect((await bench.run(INTAKE, { attempt: 2 })).kind).to.equal(fate);
    }
  });
});

describe('a question', () => {
  const ask = (question: string): Outcome<unknown> => ({ kind: 'ask', question, forMs: 24 * HOUR_MS });

  it('reaches the issue as a comment before the task parks', async () => {
    const clock = testClock();
    const intake = fakeStep('issue-intake', () => ask('Which language?\nAnd why?'));
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    expect(await bench.run(INTAKE)).to.include({ kind: 'park', until: clock.now() + 24 * HOUR_MS });
    expect(bench.comments()).to.deep.equal([
      'Tamma has a question (workflow `demo-1.r1`, step issue-intake):\n\n> Which language?\n> And why?\n\n' +
        'Answer on the dashboard, or with `tamma answer demo-1.r1.issue-intake.a1 "…"`. A reply here is not read.\n\n' +
        'It waits 24 h; after that a person has to decide how to go on.\n\n' +
        '<!-- tamma:question:demo-1.r1.issue-intake -->',
    ]);
    expect((await bench.types()).slice(-2)).to.deep.equal(['QUESTION.ASKED.SUCCESS', 'TASK.PARKED.SUCCESS']);
  });

  it('says how to answer it by a comment where it is known who writes comments', async () => {
    const head = { project: buildGitHubProject() };
    await using bench = await openBench({ head, steps: [fakeStep('issue-intake', () => ask('Which?'))] });
    await bench.run(INTAKE);
    expect(bench.comments()[0]).to.contain('Answer with a comment that begins with `/tamma answer`');
    expect(bench.comments()[0]).to.not.contain('A reply here is not read');
  });

  it('can neither smuggle a marker of ours into the comment nor call anybody', async () => {
    const smuggled = 'Yes, @ada?\r<!-- tamma:status:demo-1.r1 -->';
    await using bench = await openBench({ steps: [fakeStep('issue-intake', () => ask(smuggled))] });
    await bench.run(INTAKE);
    expect(bench.comments()[0]).to.contain('\n> Yes, @\u200bada?\n> <\u200b!-- tamma:status:demo-1.r1 -->\n');
    expect(bench.comments()[0]?.split('\n').at(-1)).to.equal(
      '<!-- tamma:question:demo-1.r1.issue-intake -->',
    );
  });

  it('is asked in one comment, however often the attempt is made', async () => {
    const intake = fakeStep('issue-intake', () => ask('Which language?'));
    await using bench = await openBench({ steps: [intake] });
    let commits = 0;
    const stumbling: typeof bench.hashes = {
      ...bench.hashes,
      commit: (request) => {
        commits += 1;
        return commits === 1 ? Promise.reject(new Error('Redis stumbled')) : bench.hashes.commit(request);
      },
    };
    const run = createExecutor({ ...bench.deps, hashes: stumbling }, 'git');
    const signal = new AbortController().signal;
    const failure = await run(bench.taskOf(INTAKE), signal).catch((error: Error) => error.message);
    expect(failure).to.equal('Redis stumbled');
    const fate = await run(bench.taskOf(INTAKE, { attempt: 2 }), signal);
    expect(fate.kind).to.equal('park');
    expect(bench.comments()).to.have.lengthOf(1);
  });

  it('does not park the workflow when it could not be asked', async () => {
    const away = new TammaError('AWAY', 'the platform is away', { class: 'network' });
    await using bench = await openBench({ steps: [fakeStep('issue-intake', () => ask('Which?'))] });
    const platform = { ...bench.platform, ensureComment: () => Promise.reject(away) };
    const run = createExecutor({ ...bench.deps, platformOf: () => platform }, 'git');
    const fate = await run(bench.taskOf(INTAKE), new AbortController().signal);
    expect(fate.kind).to.equal('park');
    const types = await bench.types();
    expect(types).to.include('ESCALATION.TRIGGERED.SUCCESS').and.not.include('QUESTION.ASKED.SUCCESS');
  });

  it('is not asked by an attempt that was overtaken', async () => {
    const intake = fakeStep('issue-intake', async () => {
      if (intake.runs() > 1) return done({ answer: 1 });
      await bench.run(INTAKE, { attempt: 2 });
      return ask('Too late?');
    });
    await using bench = await openBench({ steps: [intake] });
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'abandon' });
    expect(bench.comments()).to.deep.equal([]);
  });
});
