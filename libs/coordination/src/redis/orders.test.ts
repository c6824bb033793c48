import type { Order } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type Bench, commitOf, ended, fence, head, openBench, STOP } from '../testing/bench.ts';

const { workflowId, taskId } = fence;
const ordered = buildEvent('TASK.SKIP.ORDERED', { why: 'not here' });
const resolved = buildEvent('ESCALATION.RESOLVED.SUCCESS', { decision: 'skip', why: 'not here' });

function orderOf(overrides: Partial<Order> = {}): Order {
  return { kind: 'skip', by: 'ada', why: 'not here', at: '2026-01-01T00:00:00.000Z', ...overrides };
}

const give = ({ hashes }: Bench, order = orderOf()) =>
  hashes.order({ workflowId, taskId, order, events: [ordered] });

async function openStarted(): Promise<Bench> {
  const bench = openBench();
  await bench.hashes.open(head, []);
  await bench.begun(fence);
  return bench;
}

describe('an order', () => {
  it('is told to the next attempt of its task and to no other; the first one stands', async () => {
    await using bench = await openStarted();
    expect(await give(bench)).to.equal('ordered');
    expect(await give(bench, orderOf({ by: 'bob' }))).to.equal('unchanged');
    expect((await bench.begun({ ...fence, attempt: 2 })).order).to.deep.equal(orderOf());
    const other = await bench.begun({ ...fence, taskId: `${workflowId}.clarification` });
    expect(other.order).to.equal(null);
    expect(await bench.eventTypes()).to.deep.equal([ordered.type]);
  });

  it('of many at once is one', async () => {
    await using bench = await openStarted();
    const people = Array.from({ length: 20 }, (_, i) => orderOf({ by: `person-${i}` }));
    const verdicts = await Promise.all(people.map((order) => give(bench, order)));
    expect(verdicts.filter((verdict) => verdict === 'ordered')).to.have.lengthOf(1);
    const { order } = await bench.begun({ ...fence, attempt: 2 });
    expect(order).to.deep.equal(people[verdicts.indexOf('ordered')]);
  });

  it('comes too late for a task that is done, and is kept for one that stopped', async () => {
    await using bench = await openStarted();
    await bench.hashes.commit(commitOf({ outcome: STOP }));
    expect(await give(bench)).to.equal('ordered');
    await using other = await openStarted();
    await other.hashes.commit(commitOf());
    expect(await give(other)).to.equal('done');
    await other.hashes.cancel(workflowId, []);
    expect(await give(other)).to.equal('cancelled');
    await other.hashes.remove(workflowId);
    expect(await give(other)).to.equal('missing');
  });

  it('and the end of its task that race: either it is ordered first, or told that the task is done', async () => {
    for (let turn = 0; turn < 50; turn += 1) {
      await using bench = await openStarted();
      const both = [() => give(bench), () => bench.hashes.commit(commitOf())];
      const verdicts = await Promise.all((turn % 2 === 0 ? both : both.toReversed()).map((one) => one()));
      expect(verdicts.toSorted()).to.be.deep.oneOf([
        ['committed', 'ordered'],
        ['committed', 'done'],
      ]);
      const first = verdicts.includes('ordered') ? [ordered.type, ended().type] : [ended().type];
      expect(await bench.eventTypes()).to.deep.equal(first);
    }
  });

  it('that comes with a retry replaces an older one', async () => {
    await using bench = await openStarted();
    const retry = (order: Order | null) =>
      bench.hashes.retry({ workflowId, taskId, order, events: [resolved] });
    await give(bench);
    await bench.hashes.commit(commitOf({ outcome: STOP }));
    const override = orderOf({ kind: 'override', by: 'bob' });
    expect(await retry(override)).to.equal('retried');
    expect(await retry(orderOf())).to.equal('not-stopped');
    expect((await bench.begun({ ...fence, attempt: 2 })).order).to.deep.equal(override);
  });

  it('to skip outlives a retry without one; an override is spent when its task stops again, or sends work back', async () => {
    const round = { number: 1, kind: 'repair', askedBy: taskId, steps: ['code'] } as const;
    const override = orderOf({ kind: 'override' });
    for (const end of [{ outcome: STOP }, { outcome: null, round }]) {
      for (const order of [orderOf(), override]) {
        await using bench = await openStarted();
        const retry = (one: Order | null) =>
          bench.hashes.retry({ workflowId, taskId, order: one, events: [resolved] });
        await bench.hashes.commit(commitOf({ outcome: STOP }));
        await retry(order);
        const second = { ...fence, attempt: 2 };
        expect((await bench.begun(second)).order).to.deep.equal(order);
        await bench.hashes.commit(commitOf({ fence: second, ...end }));
        await retry(null);
        const kept = (await bench.begun({ ...fence, attempt: 3 })).order;
        expect(kept).to.deep.equal(order === override ? null : order);
        expect(await give(bench)).to.equal(order === override ? 'ordered' : 'unchanged');
      }
    }
  });

  it('that is an override is not spent by a hand-back or a failure that is tried again', async () => {
    await using bench = await openStarted();
    const order = orderOf({ kind: 'override' });
    await bench.hashes.commit(commitOf({ outcome: STOP }));
    await bench.hashes.retry({ workflowId, taskId, order, events: [resolved] });
    await bench.hashes.commit(commitOf({ outcome: null }));
    await bench.hashes.commit(commitOf({ outcome: null, isExcused: true }));
    expect((await bench.begun({ ...fence, attempt: 2 })).order).to.deep.equal(order);
  });
});

describe('a score that a person changed', () => {
  const prioritized = buildEvent('WORKFLOW.PRIORITIZED.SUCCESS', { score: 900, why: 'a customer waits' });
  const prioritize = ({ hashes }: Bench, score: number) =>
    hashes.prioritize(workflowId, score, [prioritized]);

  it('is the one that the head shows, and setting the same one changes nothing', async () => {
    await using bench = await openStarted();
    expect(await prioritize(bench, head.score)).to.equal('unchanged');
    expect(await prioritize(bench, 900)).to.equal('changed');
    expect(await prioritize(bench, 900)).to.equal('unchanged');
    expect((await bench.begun({ ...fence, attempt: 2 })).head).to.deep.equal({ ...head, score: 900 });
    expect(await prioritize(bench, head.score)).to.equal('changed');
    expect((await bench.begun({ ...fence, attempt: 3 })).head).to.deep.equal(head);
    expect(await bench.eventTypes()).to.deep.equal([prioritized.type, prioritized.type]);
  });

  it('is refused for a workflow that was cancelled or is gone', async () => {
    await using bench = await openStarted();
    await bench.hashes.cancel(workflowId, []);
    expect(await prioritize(bench, 1)).to.equal('cancelled');
    await bench.hashes.remove(workflowId);
    expect(await prioritize(bench, 1)).to.equal('missing');
  });
});

describe('what attempts have used up', () => {
  it('adds up: active time over all tasks, holds and excused pick-ups by task', async () => {
    await using bench = await openStarted();
    const hold = (attempt: number) =>
      commitOf({
        fence: { ...fence, attempt },
        outcome: null,
        isHeld: true,
        isExcused: true,
        activeMs: 1000.4,
      });
    await bench.hashes.commit(hold(1));
    await bench.begun({ ...fence, attempt: 2 });
    await bench.hashes.commit(hold(2));
    const own = await bench.begun({ ...fence, attempt: 3 });
    expect([own.activeMs, own.holds, own.pickUpsExcused]).to.deep.equal([2000, 2, 2]);
    const other = await bench.begun({ ...fence, taskId: `${workflowId}.clarification` });
    expect([other.activeMs, other.holds, other.pickUpsExcused]).to.deep.equal([2000, 0, 0]);
  });

  it('counts a hold once though its commit was sent twice because its answer was lost', async () => {
    await using bench = await openStarted();
    const hold = commitOf({ outcome: null, isHeld: true, isExcused: true });
    await Promise.all([bench.hashes.commit(hold), bench.hashes.commit(hold)]);
    const begun = await bench.begun({ ...fence, attempt: 2 });
    expect([begun.holds, begun.pickUpsExcused]).to.deep.equal([1, 1]);
  });

  it('counts the time of an attempt once though its commit was sent twice', async () => {
    await using bench = await openStarted();
    const retried = commitOf({ outcome: null, activeMs: 3_600_000 });
    for (let sent = 1; sent <= 2; sent += 1) await bench.hashes.commit(retried);
    const second = { ...fence, attempt: 2 };
    expect((await bench.begun(second)).activeMs).to.equal(3_600_000);
    await bench.hashes.commit(commitOf({ fence: second, outcome: null, activeMs: 2 }));
    expect((await bench.begun({ ...fence, attempt: 3 })).activeMs).to.equal(3_600_002);
  });

  it('is given anew by a person who has the task tried again', async () => {
    await using bench = await openStarted();
    await bench.hashes.commit(commitOf({ outcome: null, isHeld: true, activeMs: 5000 }));
    await bench.hashes.commit(commitOf({ outcome: STOP, activeMs: 1 }));
    await bench.hashes.retry({ workflowId, taskId, order: null, events: [] });
    const begun = await bench.begun({ ...fence, attempt: 2 });
    expect([begun.activeMs, begun.holds, begun.pickUpsExcused]).to.deep.equal([0, 0, 1]);
    await bench.hashes.commit(
      commitOf({ fence: { ...fence, attempt: 2 }, outcome: null, isHeld: true, activeMs: 7 }),
    );
    const next = await bench.begun({ ...fence, attempt: 3 });
    expect([next.activeMs, next.holds]).to.deep.equal([7, 1]);
  });

  it('refuses a time that is none, and stores nothing of that commit', async () => {
    await using bench = await openStarted();
    for (const activeMs of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      const failure = await bench.hashes
        .commit(commitOf({ activeMs }))
        .then(String, (error: Error) => error.message);
      expect(failure).to.contain('cannot have run');
    }
    expect((await bench.hashes.begin({ ...fence, attempt: 2 }, [])).kind).to.equal('begun');
  });
});
