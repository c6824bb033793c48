import type { WorkerReport } from '@tamma/coordination';
import type { AnyEvent } from '@tamma/domain';
import { expect } from 'chai';
import { createFleet } from './fleet.ts';

const NOW_MS = Date.parse('2026-01-01T00:01:00.000Z');

function reportOf(workerId: string, silentMs: number): WorkerReport {
  const seenAt = new Date(NOW_MS - silentMs).toISOString();
  const place = { running: 2, slots: 4, sandbox: 'none', startedAt: '2026-01-01T00:00:00.000Z' };
  return { workerId, capabilities: ['git'], ...place, seenAt };
}

/** A log that tells each id once. */
function openFleet(reports: readonly WorkerReport[]) {
  const told = new Map<string, AnyEvent>();
  const list = { reports };
  const fleet = createFleet({
    registry: { list: async () => list.reports },
    eventLog: {
      appendOnce: async (event) => {
        const isNew = !told.has(event.id);
        if (isNew) told.set(event.id, event);
        return isNew;
      },
    },
    offlineAfterMs: 30_000,
    now: () => NOW_MS,
  });
  return { ...fleet, told: () => [...told.values()].map(({ data }) => data), list };
}

describe('fleet', () => {
  it('tells once of a worker that is not heard of any more', async () => {
    const lost = reportOf('w1', 30_000);
    const fleet = openFleet([lost, reportOf('w2', 29_999)]);
    await fleet.runOnce();
    await fleet.runOnce();
    expect(fleet.told()).to.deep.equal([{ workerId: 'w1', seenAt: lost.seenAt, running: 2 }]);
  });

  it('tells again when one that came back is lost again', async () => {
    const fleet = openFleet([reportOf('w1', 50_000)]);
    await fleet.runOnce();
    fleet.list.reports = [reportOf('w1', 1000)];
    await fleet.runOnce();
    fleet.list.reports = [reportOf('w1', 40_000)];
    await fleet.runOnce();
    expect(fleet.told()).to.have.length(2);
  });

  it('says nothing of one that signed off', async () => {
    const fleet = openFleet([]);
    await fleet.runOnce();
    expect(fleet.told()).to.deep.equal([]);
  });
});
