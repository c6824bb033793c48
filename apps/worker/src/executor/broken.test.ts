import { expect } from 'chai';
import { createExecutor } from './executor.ts';
import { FIRST, openBench } from './testing/bench.ts';
import { fakeStep } from './testing/fake-step.ts';

const INTAKE = FIRST.id;

describe('an attempt that broke beside its step', () => {
  it('does not go round for ever with a head that no version can read', async () => {
    await using bench = await openBench({ steps: [fakeStep('issue-intake')] });
    await bench.redis.hset(
      `${bench.prefix}:wf:${bench.head.workflowId}`,
      'head',
      '{"workflowId":"demo-1.r1"}',
    );
    expect(await bench.run(INTAKE)).to.deep.equal({
      kind: 'stop',
      why: 'the head of workflow demo-1.r1 does not parse',
    });
    expect((await bench.types()).slice(-2)).to.deep.equal([
      'TASK.FAILED.PERMANENT',
      'ESCALATION.TRIGGERED.SUCCESS',
    ]);
  });

  it('lets the queue try again when something under it broke, ten times at most', async () => {
    await using bench = await openBench();
    const commit = () => Promise.reject(new Error('Redis stumbled'));
    const broken = { ...bench.hashes, begin: commit };
    await using shaky = await openBench({ deps: { hashes: broken } });
    for (const attempt of [1, 10]) {
      const failure = await shaky.run(INTAKE, { attempt }).then(
        (fate) => fate.kind,
        (error: Error) => error.message,
      );
      expect(failure).to.equal('Redis stumbled');
    }
    expect(shaky.lines.join('')).to.contain('attempt broke').and.contain('Redis stumbled');
    expect(await bench.types()).to.deep.equal([]);
    expect(await shaky.run(INTAKE, { attempt: 11 })).to.deep.equal({ kind: 'stop', why: 'Redis stumbled' });
    expect(await bench.types()).to.deep.equal(['TASK.FAILED.PERMANENT', 'ESCALATION.TRIGGERED.SUCCESS']);
  });

  it('is no crash loop while its workflow stands still, however often it was picked up for that', async () => {
    await using bench = await openBench();
    const { workflowId } = bench.head;
    await bench.hashes.suspend({ workflowId, untilMs: Date.now() + 60_000, events: [] });
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      expect((await bench.run(INTAKE, { attempt })).kind).to.equal('park');
    }
    let begins = 0;
    const begin: typeof bench.hashes.begin = (fence, openings) => {
      begins += 1;
      return begins === 1 ? Promise.reject(new Error('Redis stumbled')) : bench.hashes.begin(fence, openings);
    };
    const run = createExecutor({ ...bench.deps, hashes: { ...bench.hashes, begin } }, 'git');
    const failure = await run(bench.taskOf(INTAKE, { attempt: 13 }), new AbortController().signal).then(
      (fate) => fate.kind,
      (error: Error) => error.message,
    );
    expect(failure).to.equal('Redis stumbled');
    expect(await bench.types()).to.deep.equal([]);
  });
});
