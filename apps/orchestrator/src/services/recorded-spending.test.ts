import { dayOf } from '@tamma/domain';
import { buildEvent, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type Desk, LIMITS, openDesk, recordAll } from '../testing/desk.ts';
import { startFlow } from '../testing/people.ts';
import { createRecordedSpending } from './recorded-spending.ts';

const sample = SAMPLE_DATA['AI.RESPONSE.RECEIVED'];
/** Noon, so that neither the day before nor the one after is near. */
const NOON = Date.parse('2026-06-01T12:00:00.000Z');
const MINUTE_MS = 60_000;
const { signal } = new AbortController();

/** A model answered so long before noon, and that was paid for. */
async function answer(desk: Desk, taskId: string, { costUsd, agoMs }: { costUsd: number; agoMs: number }) {
  const workflowId = taskId.slice(0, taskId.lastIndexOf('.'));
  const at = new Date(NOON - agoMs).toISOString();
  const about = { id: `${taskId}.${agoMs}`, workflowId, taskId, at };
  const usage = { ...sample.usage, costUsd };
  await desk.eventLog.append([buildEvent('AI.RESPONSE.RECEIVED', { ...sample, usage }, about)]);
}

function spendingOf(desk: Desk, now = () => NOON) {
  return createRecordedSpending({ ...desk, ...LIMITS, claims: desk.store.claims, now });
}

async function spentOf(
  desk: Desk,
  ...places: readonly (readonly ['step' | 'workflow' | 'project' | 'all', string])[]
) {
  const states = await Promise.all(places.map(([level, id]) => desk.budgets.read({ level, id })));
  return states.map((state) => state?.spentMicroUsd ?? null);
}

describe('what the leader tells Redis of the money that the record says was spent', () => {
  it('is by task, workflow, project and day, with their limits', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    await answer(desk, `${id}.first`, { costUsd: 1, agoMs: 10 * MINUTE_MS });
    await answer(desk, `${id}.first`, { costUsd: 0.5, agoMs: 5 * MINUTE_MS });
    await answer(desk, `${id}.second`, { costUsd: 2, agoMs: 2 * MINUTE_MS });
    await answer(desk, `${id}.second`, { costUsd: 7, agoMs: 24 * 60 * MINUTE_MS });
    await recordAll(desk);
    await spendingOf(desk).runOnce(signal);
    const day = dayOf(NOON);
    const spent = await spentOf(
      desk,
      ['step', `${id}.first`],
      ['step', `${id}.second`],
      ['workflow', id],
      ['project', `demo@${day}`],
      ['all', day],
    );
    expect(spent).to.deep.equal([1_500_000, 9_000_000, 10_500_000, 3_500_000, 3_500_000]);
    expect((await desk.budgets.read({ level: 'workflow', id }))?.limitMicroUsd).to.equal(10_000_000);
  });

  it('leaves alone what may not be settled yet, and takes nothing away that Redis knows', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    await answer(desk, `${id}.first`, { costUsd: 3, agoMs: MINUTE_MS / 2 });
    await recordAll(desk);
    await spendingOf(desk).runOnce(signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([null]);
    await desk.budgets.spentAtLeast({ level: 'workflow', id, limitMicroUsd: null }, 8_000_000);
    await spendingOf(desk, () => NOON + MINUTE_MS).runOnce(signal);
    expect(await spentOf(desk, ['workflow', id], ['step', `${id}.first`])).to.deep.equal([
      8_000_000, 3_000_000,
    ]);
  });

  it('is told again to a Redis that lost its memory, and not once more to one that did not', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    await answer(desk, `${id}.first`, { costUsd: 3, agoMs: 5 * MINUTE_MS });
    await recordAll(desk);
    const spending = spendingOf(desk);
    await spending.runOnce(signal);
    await spending.runOnce(signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([3_000_000]);
    await desk.redis.del(desk.keys.budget('workflow', id));
    await spending.runOnce(signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([3_000_000]);
  });

  it('is told to the last answer when Redis lost its memory, since nobody settles what it forgot', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    await answer(desk, `${id}.first`, { costUsd: 3, agoMs: 10 });
    await recordAll(desk);
    const spending = spendingOf(desk);
    await spending.catchUp(signal);
    expect(await spentOf(desk, ['workflow', id]), 'nothing to catch up with').to.deep.equal([null]);
    spending.forget();
    await spending.catchUp(signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([3_000_000]);
    await desk.redis.del(desk.keys.budget('workflow', id));
    await spending.catchUp(signal);
    await spending.runOnce(signal);
    expect(await spentOf(desk, ['workflow', id]), 'once').to.deep.equal([null]);
  });

  it('is told in the next pass when the first one after the loss failed', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    await answer(desk, `${id}.first`, { costUsd: 3, agoMs: 10 });
    await recordAll(desk);
    const spending = spendingOf(desk);
    spending.forget();
    const { spentAtLeast } = desk.budgets;
    desk.budgets.spentAtLeast = () => Promise.reject(new Error('Redis stumbled'));
    const error = await spending.catchUp(signal).catch((thrown: Error) => thrown);
    expect(error?.message).to.equal('Redis stumbled');
    desk.budgets.spentAtLeast = spentAtLeast;
    await spending.catchUp(signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([3_000_000]);
  });

  it('is told in the next term when the one after the loss ended in the middle', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    await answer(desk, `${id}.first`, { costUsd: 3, agoMs: 10 });
    await recordAll(desk);
    const spending = spendingOf(desk);
    spending.forget();
    const term = new AbortController();
    const { spentAtLeast } = desk.budgets;
    desk.budgets.spentAtLeast = (scope, microUsd) => {
      term.abort();
      return spentAtLeast(scope, microUsd);
    };
    await spending.catchUp(term.signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([null]);
    await spending.catchUp(signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([3_000_000]);
  });

  it('comes with what people raised it by, but for days that are over', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    const raise = (level: 'workflow' | 'all', budget: string, byUsd: number) => {
      const at = new Date(NOON - MINUTE_MS).toISOString();
      const data = { ...SAMPLE_DATA['BUDGET.RAISED.SUCCESS'], level, id: budget, byUsd };
      return desk.eventLog.append([
        buildEvent('BUDGET.RAISED.SUCCESS', data, { id: `${budget}.${byUsd}`, at }),
      ]);
    };
    await raise('workflow', id, 2);
    await raise('workflow', id, 3);
    await raise('all', '2026-06-01', 7);
    await raise('all', '2026-05-31', 9);
    await recordAll(desk);
    await desk.budgets.raise({ level: 'all', id: '2026-06-01' }, 8_000_000);
    const spending = spendingOf(desk);
    await spending.runOnce(signal);
    await spending.runOnce(signal);
    const raisedOf = async (level: 'workflow' | 'all', budget: string) =>
      (await desk.budgets.read({ level, id: budget }))?.raisedMicroUsd ?? null;
    expect(await raisedOf('workflow', id)).to.equal(5_000_000);
    expect(await raisedOf('all', '2026-06-01')).to.equal(8_000_000);
    expect(await raisedOf('all', '2026-05-31')).to.equal(null);
  });

  it('is told although a service said an absurd sum', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    await answer(desk, `${id}.first`, { costUsd: 1e12, agoMs: 5 * MINUTE_MS });
    await recordAll(desk);
    await spendingOf(desk).runOnce(signal);
    expect(await spentOf(desk, ['workflow', id])).to.deep.equal([1e15]);
  });
});
