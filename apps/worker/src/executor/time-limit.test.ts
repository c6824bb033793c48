import { buildStep } from '@tamma/contracts/testing';
import { done } from '@tamma/domain';
import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { type Bench, FIRST, LAST, openBench } from './testing/bench.ts';
import { fakeStep, untilAborted } from './testing/fake-step.ts';
import { stateOf } from './testing/plans.ts';

const INTAKE = FIRST.id;
const LIMIT_MS = 1000;

async function activeMs(bench: Bench): Promise<number> {
  const fence = { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.clarification', attempt: 1 };
  const begun = await bench.hashes.begin(fence, []);
  if (begun.kind !== 'begun') throw new Error(begun.kind);
  return begun.activeMs;
}

describe('time that a workflow may run', () => {
  it('is what its attempts took, whatever became of them, and no wait', async () => {
    const clock = testClock();
    const abort = new AbortController();
    const intake = fakeStep('issue-intake', async (context) => {
      clock.advance(100);
      if (intake.runs() === 1) throw new Error('flaky');
      if (intake.runs() === 2) {
        abort.abort('shutdown');
        return untilAborted(context);
      }
      if (intake.runs() === 3) return { kind: 'wait', on: 'ci', forMs: 5000, why: 'checks run' };
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake], deps: { now: clock.now } });
    expect((await bench.run(INTAKE)).kind).to.equal('retry');
    expect((await bench.run(INTAKE, { attempt: 2, signal: abort.signal })).kind).to.equal('hand-back');
    expect((await bench.run(INTAKE, { attempt: 3 })).kind).to.equal('park');
    clock.advance(2000);
    expect(await activeMs(bench)).to.equal(300);
    expect((await bench.run(INTAKE, { attempt: 4 })).kind).to.equal('done');
    expect(await activeMs(bench)).to.equal(400);
  });

  it('refuses to run a step when nothing of it is left, until a person gives it once more', async () => {
    const clock = testClock();
    const intake = fakeStep('issue-intake', () => {
      clock.advance(LIMIT_MS);
      return done({ answer: 1 });
    });
    const last = fakeStep('clarification');
    const head = { activeLimitMs: LIMIT_MS };
    await using bench = await openBench({ steps: [intake, last], head, deps: { now: clock.now } });
    await bench.run(INTAKE);
    expect(await bench.run(LAST.id)).to.deep.equal({
      kind: 'stop',
      why: 'workflow demo-1.r1 has used its 1000 ms of active time',
    });
    expect(last.runs()).to.equal(0);
    const { error, escalation } = await stateOf(bench);
    expect([error?.code, error?.class, escalation?.level]).to.deep.equal([
      'WORKFLOW_TIME_LIMIT',
      'system',
      3,
    ]);
    expect(error?.remedy).to.contain('workflow.activeLimit');
    const task = { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.clarification' };
    expect(await bench.hashes.retry({ ...task, order: null, events: [] })).to.equal('retried');
    expect(await bench.run(LAST.id, { attempt: 2 })).to.deep.equal({ kind: 'done' });
  });

  it('ends a step in its midst, and names the limit that it was', async () => {
    const intake = fakeStep('issue-intake', untilAborted);
    await using bench = await openBench({ steps: [intake], head: { activeLimitMs: 50 } });
    expect((await bench.run(INTAKE)).kind).to.equal('stop');
    expect((await stateOf(bench)).error?.code).to.equal('WORKFLOW_TIME_LIMIT');
    const plan = [buildStep({ timeoutMs: 50 })];
    await using other = await openBench({ plan, steps: [intake] });
    expect((await other.run(INTAKE)).kind).to.equal('stop');
    expect((await stateOf(other)).error?.code).to.equal('TIMEOUT');
  });
});

describe('a worker that shuts down', () => {
  it('hands back without counting: a task survives any number of it', async () => {
    const intake = fakeStep('issue-intake', (context) =>
      intake.runs() > 30 ? done({ answer: 1 }) : untilAborted(context),
    );
    await using bench = await openBench({ steps: [intake] });
    const signal = AbortSignal.abort('shutdown');
    for (let attempt = 1; attempt <= 30; attempt += 1) {
      expect(await bench.run(INTAKE, { attempt, signal })).to.deep.equal({ kind: 'hand-back' });
    }
    expect(await bench.run(INTAKE, { attempt: 31 })).to.deep.equal({ kind: 'done' });
  });
});

describe('an attempt of a step that does nothing', () => {
  it('asks Redis once before it and once after it', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake'), fakeStep('clarification')] });
    await bench.run(INTAKE);
    const sent: string[] = [];
    const send = bench.redis.sendCommand.bind(bench.redis);
    bench.redis.sendCommand = (command, stream) => {
      sent.push(command.name);
      return send(command, stream);
    };
    expect(await bench.run(LAST.id)).to.deep.equal({ kind: 'done' });
    expect(sent).to.deep.equal(['evalsha', 'evalsha']);
  });
});
