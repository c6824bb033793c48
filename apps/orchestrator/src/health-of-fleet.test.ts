import type { CircuitView, QueuePause, ServiceHold, WorkerReport } from '@tamma/coordination';
import { CAPABILITIES, type Capability } from '@tamma/domain';
import { expect } from 'chai';
import { checkQueues, checkServices, checkWorkers } from './health-of-fleet.ts';

const NOW_MS = Date.parse('2026-01-01T00:01:00.000Z');
const UNTIL = '2026-01-01T00:05:00.000Z';

function worker(capabilities: readonly Capability[], silentMs = 0): WorkerReport {
  const seenAt = new Date(NOW_MS - silentMs).toISOString();
  return { workerId: 'w1', capabilities, running: 0, slots: 4, sandbox: 'none', startedAt: seenAt, seenAt };
}

function judgeWorkers(reports: readonly WorkerReport[]) {
  return checkWorkers({ registry: { list: async () => reports }, offlineAfterMs: 30_000, now: () => NOW_MS });
}

function judgeQueues(paused: readonly Capability[], pauses: readonly QueuePause[]) {
  return checkQueues({
    queue: { paused: async () => new Set(paused) },
    pauses: { list: async () => pauses },
  });
}

function judgeServices(circuits: readonly CircuitView[], holds: readonly ServiceHold[]) {
  return checkServices({ listCircuits: async () => circuits, listHolds: async () => holds });
}

describe('health of what does the work', () => {
  it('is degraded while a capability has no worker, which it names', async () => {
    expect((await judgeWorkers([worker(CAPABILITIES)])).status).to.equal('healthy');
    const some = CAPABILITIES.filter((one) => one !== 'ai' && one !== 'test');
    const missing = await judgeWorkers([worker(some), worker(['ai'], 30_000)]);
    expect(missing.status).to.equal('degraded');
    expect(missing.details).to.deep.include({ alive: 1, missing: ['ai', 'test'] });
    expect(missing.details?.why).to.equal('no worker is alive for ai, test');
    expect((await judgeWorkers([])).details?.why).to.equal('no worker is alive');
  });

  it('is degraded while a queue is paused, and says by whom', async () => {
    expect((await judgeQueues([], [])).status).to.equal('healthy');
    const pause = { queue: 'ai', by: 'ann', why: 'the bill', since: '2026-01-01T00:00:00.000Z' } as const;
    expect(await judgeQueues(['ai', 'git'], [pause])).to.deep.equal({
      status: 'degraded',
      details: {
        ai: 'paused, ann: the bill (since 2026-01-01T00:00:00.000Z)',
        git: 'paused, nobody said why',
      },
    });
  });

  it('is degraded while a service is in trouble or wants to be left alone, and says until when', async () => {
    expect((await judgeServices([], [])).status).to.equal('healthy');
    const untilMs = Date.parse(UNTIL);
    const state = { status: 'open', untilMs, why: 'five failures' } as const;
    const circuit = { service: 'github', operation: 'readIssue', state };
    const hold = { service: 'anthropic', untilMs, why: 'the usage limit is reached' };
    expect(await judgeServices([circuit], [hold])).to.deep.equal({
      status: 'degraded',
      details: {
        'github readIssue': `open until ${UNTIL}: five failures`,
        anthropic: `held until ${UNTIL}: the usage limit is reached`,
      },
    });
  });
});
