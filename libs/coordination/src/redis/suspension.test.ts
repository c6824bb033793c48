import type { AnyEvent } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type Bench, commitOf, ended, fence, head, openBench, waitOf } from '../testing/bench.ts';

const { workflowId } = fence;
const untilMs = 1_800_000_000_000;
const until = new Date(untilMs).toISOString();
const suspended = buildEvent('WORKFLOW.SUSPENDED.SUCCESS', { why: 'a release', until });
const resumed = buildEvent('WORKFLOW.RESUMED.SUCCESS', { why: 'it is out' });
const dequeued = (): AnyEvent => buildEvent('SESSION.STARTED.SUCCESS', { sessionKey: head.sessionKey });

const suspend = ({ hashes }: Bench) => hashes.suspend({ workflowId, untilMs, events: [suspended] });
const resume = ({ hashes }: Bench) => hashes.resume(workflowId, [resumed]);

async function openStarted(): Promise<Bench> {
  const bench = openBench();
  await bench.hashes.open(head, []);
  await bench.begun(fence);
  return bench;
}

describe('a suspended workflow', () => {
  it('lets no task begin until a person resumes it, and counts no pick-up meanwhile', async () => {
    await using bench = await openStarted();
    expect(await suspend(bench)).to.equal('changed');
    expect(await bench.hashes.isSuspended(workflowId)).to.equal(true);
    const second = { ...fence, attempt: 2 };
    expect(await bench.hashes.begin(second, [dequeued()])).to.deep.equal({ kind: 'suspended', untilMs });
    // Its answer was lost and it was sent again: still one pick-up.
    await bench.hashes.begin(second, [dequeued()]);
    expect((await bench.hashes.begin(fence, [])).kind).to.equal('overtaken');
    expect(await resume(bench)).to.equal('changed');
    const begun = await bench.begun({ ...fence, attempt: 3 });
    expect(begun.pickUpsExcused).to.equal(1);
    expect(await bench.hashes.isSuspended(workflowId)).to.equal(false);
    expect(await bench.eventTypes()).to.deep.equal([suspended.type, resumed.type]);
  });

  it('counts one pick-up once, whether it began while it stood still, parked, or both', async () => {
    await using bench = await openStarted();
    await suspend(bench);
    const second = { ...fence, attempt: 2 };
    await bench.hashes.begin(second, []);
    await bench.hashes.commit(commitOf({ fence: second, outcome: null, wait: waitOf(), events: [] }));
    await resume(bench);
    expect((await bench.begun({ ...fence, attempt: 3 })).pickUpsExcused).to.equal(1);
  });

  it('stores what a task that was under way came to, and replays it', async () => {
    await using bench = await openStarted();
    await suspend(bench);
    expect(await bench.hashes.standing(fence)).to.equal('suspended');
    expect(await bench.hashes.owns(fence)).to.equal(true);
    expect(await bench.hashes.commit(commitOf())).to.equal('committed');
    expect((await bench.hashes.begin({ ...fence, attempt: 2 }, [])).kind).to.equal('replay');
    expect(await bench.eventTypes()).to.deep.equal([suspended.type, ended().type]);
  });

  it('is suspended once and resumed once, however many people ask at once', async () => {
    await using bench = await openStarted();
    const twenty = Array.from({ length: 20 });
    const first = await Promise.all(twenty.map(() => suspend(bench)));
    expect(first.toSorted()).to.deep.equal(['changed', ...Array(19).fill('unchanged')]);
    const second = await Promise.all(twenty.map(() => resume(bench)));
    expect(second.toSorted()).to.deep.equal(['changed', ...Array(19).fill('unchanged')]);
    expect(await bench.eventTypes()).to.deep.equal([suspended.type, resumed.type]);
  });

  it('is not what one that merges, is cancelled or is gone becomes', async () => {
    await using bench = await openStarted();
    await bench.hashes.beginMerge(fence);
    expect(await suspend(bench)).to.equal('merging');
    expect(await bench.hashes.standing(fence)).to.equal('owner');
    await using other = await openStarted();
    await other.hashes.cancel(workflowId, []);
    expect([await suspend(other), await resume(other)]).to.deep.equal(['cancelled', 'cancelled']);
    await other.hashes.remove(workflowId);
    expect([await suspend(other), await resume(other)]).to.deep.equal(['missing', 'missing']);
    expect(await other.hashes.isSuspended(workflowId)).to.equal(false);
    expect([...(await bench.eventTypes()), ...(await other.eventTypes())]).to.deep.equal([]);
  });

  it('is not merged by an attempt that has not heard of it, and is once it was resumed', async () => {
    await using bench = await openStarted();
    await suspend(bench);
    expect(await bench.hashes.beginMerge(fence)).to.equal(false);
    await resume(bench);
    expect(await bench.hashes.beginMerge(fence)).to.equal(true);
    expect(await suspend(bench)).to.equal('merging');
  });

  it('may be cancelled, and is told so before that it stands still', async () => {
    await using bench = await openStarted();
    await suspend(bench);
    expect(await bench.hashes.cancel(workflowId, [])).to.equal('cancelled');
    expect((await bench.hashes.begin({ ...fence, attempt: 2 }, [])).kind).to.equal('cancelled');
    expect(await bench.hashes.standing({ ...fence, attempt: 2 })).to.equal('cancelled');
  });
});

describe('standing of an attempt', () => {
  it('tells owners from those who were overtaken, whatever became of the workflow', async () => {
    await using bench = await openStarted();
    expect(await bench.hashes.standing(fence)).to.equal('owner');
    await bench.begun({ ...fence, attempt: 2 });
    expect(await bench.hashes.standing(fence)).to.equal('overtaken');
    await bench.hashes.cancel(workflowId, []);
    expect(await bench.hashes.standing(fence)).to.equal('overtaken');
    expect(await bench.hashes.standing({ ...fence, attempt: 2 })).to.equal('cancelled');
    await bench.hashes.remove(workflowId);
    expect(await bench.hashes.standing({ ...fence, attempt: 2 })).to.equal('overtaken');
  });
});
