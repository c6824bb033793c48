import type { AnyEvent } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { commitOf, ended, fence, head, openBench, waitOf } from '../testing/bench.ts';

const created = () => buildEvent('SESSION.STARTED.SUCCESS', { sessionKey: head.sessionKey });

describe('workflow hash', () => {
  it('is opened once, with its events, however often it is asked for', async () => {
    await using bench = openBench();
    const answers = await Promise.all(Array.from({ length: 10 }, () => bench.hashes.open(head, [created()])));
    expect(answers.filter(Boolean)).to.have.lengthOf(1);
    expect(await bench.eventTypes()).to.deep.equal(['SESSION.STARTED.SUCCESS']);
  });

  it('tells an attempt everything it needs in its one read', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    const gate = { gate: 'build', commit: 'abc', passed: true, summary: 'built' } as const;
    await bench.hashes.commit(commitOf({ gates: [gate], artifacts: new Map([['TASK.md', '# Task']]) }));
    const next = await bench.hashes.begin({ ...fence, taskId: `${head.workflowId}.clarification` }, []);
    if (next.kind !== 'begun') throw new Error(`expected begun, got ${next.kind}`);
    expect(next.head).to.deep.equal(head);
    expect(next.results.get(fence.taskId)).to.deep.equal({ answer: 42 });
    expect(next.gates).to.deep.equal([gate]);
    expect([...next.artifacts]).to.deep.equal(['TASK.md']);
    expect(await bench.hashes.readArtifact(head.workflowId, 'TASK.md')).to.equal('# Task');
  });

  it('has an attempt that finds an outcome return it and run nothing', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    await bench.hashes.commit(commitOf());
    const again = await bench.hashes.begin({ ...fence, attempt: 2 }, []);
    expect(again).to.deep.equal({ kind: 'replay', outcome: { kind: 'done', result: { answer: 42 } } });
    expect(await bench.eventTypes()).to.deep.equal(['TASK.COMPLETED.SUCCESS']);
  });

  it('refuses an attempt that a later one has overtaken, at begin, at effects and at commit', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    expect(await bench.hashes.owns(fence)).to.equal(true);
    await bench.hashes.begin({ ...fence, attempt: 2 }, []);
    expect(await bench.hashes.owns(fence)).to.equal(false);
    expect(await bench.hashes.commit(commitOf({ artifacts: new Map([['TASK.md', 'late']]) }))).to.equal(
      'overtaken',
    );
    expect((await bench.hashes.begin(fence, [])).kind).to.equal('overtaken');
    expect(await bench.hashes.readArtifact(head.workflowId, 'TASK.md')).to.equal(null);
    expect(await bench.eventTypes()).to.deep.equal([]);
  });

  it('stores nothing for a cancelled workflow', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    const cancelled = buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'enough' });
    expect(await bench.hashes.cancel(head.workflowId, [cancelled])).to.equal('cancelled');
    expect(await bench.hashes.cancel(head.workflowId, [cancelled])).to.equal('unchanged');
    expect(await bench.hashes.beginMerge(fence)).to.equal(false);
    expect(await bench.hashes.commit(commitOf())).to.equal('cancelled');
    expect(await bench.hashes.owns(fence)).to.equal(false);
    expect((await bench.hashes.begin({ ...fence, attempt: 2 }, [])).kind).to.equal('cancelled');
    expect(await bench.eventTypes()).to.deep.equal(['WORKFLOW.CANCELLED.SUCCESS']);
  });

  it('lets nobody cancel what is being merged, until that stopped for good', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    expect(await bench.hashes.beginMerge({ ...fence, attempt: 0 })).to.equal(false);
    expect(await bench.hashes.beginMerge(fence)).to.equal(true);
    const cancelled = buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'enough' });
    expect(await bench.hashes.cancel(head.workflowId, [cancelled])).to.equal('merging');
    expect(await bench.hashes.owns(fence)).to.equal(true);
    expect(await bench.eventTypes()).to.deep.equal([]);
    const error = { code: 'MERGE_REFUSED', class: 'conflict', message: 'no' } as const;
    const outcome = { kind: 'stop', reason: { kind: 'escalate', error } } as const;
    expect(await bench.hashes.commit(commitOf({ outcome, events: [] }))).to.equal('committed');
    expect(await bench.hashes.cancel(head.workflowId, [cancelled])).to.equal('cancelled');
  });

  for (const [what, wait, verdict] of [
    ['waits for checks, having merged nothing', waitOf({ on: 'ci', key: 'abc' }), 'cancelled'],
    ['has work done again, having merged nothing', waitOf({ on: 'dependency', round: 1 }), 'cancelled'],
    ['stands in a merge queue, from which it can be merged', waitOf({ on: 'ci', key: 'queue' }), 'merging'],
    ['cannot reach the platform, which may have merged it', waitOf({ on: 'circuit' }), 'merging'],
  ] as const) {
    it(`says "${verdict}" to who cancels a merge that ${what}`, async () => {
      await using bench = openBench();
      await bench.hashes.open(head, []);
      await bench.hashes.begin(fence, []);
      await bench.hashes.beginMerge(fence);
      const other = { ...fence, taskId: `${head.workflowId}.other` };
      await bench.hashes.commit(commitOf({ fence: other, outcome: null, wait: waitOf(), events: [] }));
      expect(await bench.hashes.cancel(head.workflowId, [])).to.equal('merging');
      await bench.hashes.commit(commitOf({ outcome: null, wait, events: [] }));
      expect(await bench.hashes.cancel(head.workflowId, [])).to.equal(verdict);
    });
  }

  it('lets either the merge or the cancel through, never both', async () => {
    for (let run = 0; run < 50; run += 1) {
      await using bench = openBench();
      await bench.hashes.open(head, []);
      await bench.hashes.begin(fence, []);
      const [merges, cancels] = await Promise.all([
        bench.hashes.beginMerge(fence),
        bench.hashes.cancel(head.workflowId, []),
      ]);
      expect([merges, cancels]).to.be.deep.oneOf([
        [true, 'merging'],
        [false, 'cancelled'],
      ]);
    }
  });

  it('remembers the wait a task parked for, and tells it to that task alone', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    const wait = waitOf({ recheckMs: 30_000 });
    await bench.hashes.commit(commitOf({ outcome: null, wait }));
    const again = await bench.hashes.begin({ ...fence, attempt: 2 }, []);
    const other = await bench.hashes.begin({ ...fence, taskId: `${head.workflowId}.other` }, []);
    expect(again.kind === 'begun' && again.wait).to.deep.equal(wait);
    expect(other.kind === 'begun' && other.wait).to.equal(null);
  });

  it('keeps the first outcome when the same commit arrives twice because its answer was lost', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    expect(await bench.hashes.commit(commitOf())).to.equal('committed');
    expect(await bench.hashes.commit(commitOf({ outcome: { kind: 'done', result: 'other' } }))).to.equal(
      'committed',
    );
    expect(await bench.eventTypes()).to.deep.equal(['TASK.COMPLETED.SUCCESS']);
    const replay = await bench.hashes.begin({ ...fence, attempt: 2 }, []);
    expect(replay).to.deep.equal({ kind: 'replay', outcome: { kind: 'done', result: { answer: 42 } } });
  });

  it('commits exactly one of many attempts that race', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    const attempts = Array.from({ length: 20 }, (_, i) => ({ ...fence, attempt: i + 1 }));
    await Promise.all(attempts.map((one) => bench.hashes.begin(one, [])));
    const verdicts = await Promise.all(attempts.map((one) => bench.hashes.commit(commitOf({ fence: one }))));
    expect(verdicts.filter((verdict) => verdict === 'committed')).to.have.lengthOf(1);
    expect(verdicts.at(-1)).to.equal('committed');
  });

  it('says that a workflow is missing once it was removed', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.remove(head.workflowId);
    expect((await bench.hashes.begin(fence, [])).kind).to.equal('missing');
    expect(await bench.hashes.commit(commitOf())).to.equal('missing');
    expect(await bench.hashes.cancel(head.workflowId, [])).to.equal('unchanged');
    expect(await bench.hashes.beginMerge(fence)).to.equal(false);
  });

  it('refuses an event the catalogue does not know and stores nothing of that commit', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.hashes.begin(fence, []);
    const rubbish: AnyEvent = JSON.parse(JSON.stringify({ ...ended(), data: { durationMs: 'long' } }));
    const failure = await bench.hashes
      .commit(commitOf({ events: [rubbish] }))
      .catch((error: Error) => error.message);
    expect(failure).to.contain('durationMs');
    expect((await bench.hashes.begin({ ...fence, attempt: 2 }, [])).kind).to.equal('begun');
  });
});
