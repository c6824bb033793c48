import { buildHead, buildStep } from '@tamma/contracts/testing';
import type { StoredWait } from '@tamma/coordination';
import { type ErrorClass, HOLD_MS, HOLDS_MAX } from '@tamma/domain';
import { expect } from 'chai';
import type { SettleRequest } from './settle-request.ts';
import { settleOutcome } from './settlement.ts';
import { createTeller } from './teller.ts';

const NOW = Date.parse('2026-03-01T10:00:00.000Z');
const DAY_MS = 24 * 3_600_000;
const TASK = 'demo-1.r1.issue-intake';
const FENCE = { workflowId: 'demo-1.r1', taskId: TASK, attempt: 1 };

function settle(outcome: SettleRequest['outcome'], overrides: Partial<SettleRequest> = {}) {
  const who = { ...FENCE, stepId: 'issue-intake', workerId: 'worker-1', now: () => NOW };
  return settleOutcome({
    outcome,
    head: buildHead(),
    step: buildStep(),
    fence: FENCE,
    round: 0,
    rounds: [],
    wait: null,
    holds: 0,
    teller: createTeller(who),
    failures: 0,
    durationMs: 12,
    nowMs: NOW,
    random: 0.5,
    ...overrides,
  });
}

const errorOf = (name: ErrorClass) => ({ code: 'AWAY', class: name, message: 'it is away' }) as const;
const exhausted = (name: ErrorClass) => ({ kind: 'retry', error: errorOf(name), exhausted: true }) as const;
const refused = (name: ErrorClass, untilMs: number) =>
  ({ kind: 'refused', error: errorOf(name), untilMs }) as const;

/** What a task parked for before, unless said otherwise because a service is left alone. */
function waitOf(overrides: Partial<StoredWait>): StoredWait {
  const ends = { untilMs: NOW + DAY_MS, recheckMs: 1000 };
  const what = { on: 'circuit', key: null, why: 'it is away', approval: null, round: null } as const;
  return { ...what, ...ends, atDeadline: 'run', ...overrides };
}

describe('a task whose service is in trouble', () => {
  for (const [name, on] of [
    ['network', 'circuit'],
    ['rate-limit', 'rate-limit'],
  ] as const) {
    it(`is held by the engine itself, without a failure, when a call of class ${name} was retried in vain`, () => {
      const settlement = settle(exhausted(name));
      const untilMs = NOW + HOLD_MS;
      expect(settlement).to.deep.include({ outcome: null, isHeld: true });
      expect(settlement.fate).to.deep.equal({ kind: 'park', until: untilMs });
      expect(settlement.wait).to.deep.equal(waitOf({ on, untilMs, recheckMs: null }));
      const until = new Date(untilMs).toISOString();
      expect(settlement.events.map(({ type, data }) => [type, data])).to.deep.equal([
        ['ESCALATION.TRIGGERED.SUCCESS', { level: 1, error: errorOf(name), until }],
        ['TASK.PARKED.SUCCESS', { on, until, why: 'it is away' }],
      ]);
    });
  }

  it('is held three times, each for its whole time, and then a person is asked', () => {
    const last = waitOf({ untilMs: NOW - 1, recheckMs: null });
    for (let holds = 0; holds < HOLDS_MAX; holds += 1) {
      const { fate } = settle(exhausted('network'), { holds, wait: last, failures: 4 });
      expect(fate).to.deep.equal({ kind: 'park', until: NOW + HOLD_MS });
    }
    const settlement = settle(exhausted('network'), { holds: HOLDS_MAX, wait: last });
    expect(settlement).to.deep.include({ isHeld: false, wait: null });
    expect(settlement.fate.kind).to.equal('stop');
    expect(settlement.events.at(-1)?.data).to.include({ level: 2 });
  });

  it('is held also when it was tried again as a whole in vain', () => {
    expect(settle({ kind: 'retry', error: errorOf('network') }, { failures: 2 }).fate.kind).to.equal('retry');
    expect(settle({ kind: 'retry', error: errorOf('network') }, { failures: 3 }).isHeld).to.equal(true);
  });

  it('asks a person at once about trouble that does not pass by itself', () => {
    for (const name of ['unknown', 'model'] as const) {
      expect(settle(exhausted(name)).fate.kind, name).to.equal('stop');
    }
  });
});

describe('a task whose call was not made', () => {
  it('looks again when its service may be called, a little later, and counts as nothing', () => {
    const settlement = settle(refused('network', NOW + 60_000));
    expect(settlement).to.deep.include({ outcome: null, isHeld: false });
    expect(settlement.wait).to.deep.equal(waitOf({ recheckMs: 61_000 }));
    expect(settlement.fate).to.deep.equal({ kind: 'park', until: NOW + 61_000 });
    expect(settlement.events.map((event) => event.type)).to.deep.equal(['TASK.PARKED.SUCCESS']);
    expect(settle(refused('rate-limit', NOW + 60_000)).wait).to.include({ on: 'rate-limit' });
    expect(settle(refused('network', NOW - 60_000)).fate).to.deep.equal({ kind: 'park', until: NOW + 1000 });
  });

  it('looks ever more rarely while it is refused soon again, but when its service may be called at the latest', () => {
    const looks = (recheckMs: number, namedMs: number) =>
      settle(refused('rate-limit', NOW + namedMs), { wait: waitOf({ on: 'rate-limit', recheckMs }) }).wait
        ?.recheckMs;
    expect([1000, 2000, 100_000, 200_000, 300_000].map((last) => looks(last, 0))).to.deep.equal([
      2000, 4000, 200_000, 300_000, 300_000,
    ]);
    expect([looks(200_000, 3_600_000), looks(3_600_000, 1000)]).to.deep.equal([3_601_000, 2000]);
  });

  it('keeps the end of its day, and asks a person when it has passed', () => {
    const wait = waitOf({ untilMs: NOW + 30_000 });
    const again = settle(refused('network', NOW + 60_000), { wait });
    expect(again.wait).to.include({ untilMs: NOW + 30_000, recheckMs: 61_000 });
    expect(again.fate).to.deep.equal({ kind: 'park', until: NOW + 30_000 });
    const late = settle(refused('network', NOW + 60_000), { wait: waitOf({ untilMs: NOW }) });
    expect(late.fate.kind).to.equal('stop');
  });

  it('waits out a limit of use, which lasts for a month at most', () => {
    const HOUR_MS = 3_600_000;
    const first = settle(refused('rate-limit', NOW + 24 * HOUR_MS));
    expect(first.wait).to.include({ untilMs: NOW + 31 * DAY_MS, recheckMs: DAY_MS + 1000 });
    expect(first.fate).to.deep.equal({ kind: 'park', until: NOW + DAY_MS + 1000 });
    const wait = waitOf({ on: 'rate-limit', recheckMs: DAY_MS, untilMs: NOW + 3 * DAY_MS });
    expect(settle(refused('rate-limit', NOW + DAY_MS), { wait }).wait).to.include({
      untilMs: NOW + 3 * DAY_MS,
    });
    const over = settle(refused('rate-limit', NOW + DAY_MS), { wait: { ...wait, untilMs: NOW } });
    expect(over.fate.kind).to.equal('stop');
    const short = waitOf({ on: 'rate-limit', untilMs: NOW + HOUR_MS });
    const longer = settle(refused('rate-limit', NOW + HOUR_MS), { wait: short });
    expect(longer.wait).to.include({ untilMs: NOW + 31 * DAY_MS });
    expect(settle(refused('network', NOW + HOUR_MS)).wait).to.include({ untilMs: NOW + DAY_MS });
  });

  it('has one day, also when another service refuses it by turns', () => {
    const wait = waitOf({ on: 'rate-limit', untilMs: NOW + 30_000 });
    const again = settle(refused('network', NOW + 60_000), { wait });
    expect(again.wait).to.include({ on: 'circuit', untilMs: NOW + 30_000 });
    const late = settle(refused('rate-limit', NOW + 60_000), { wait: waitOf({ untilMs: NOW }) });
    expect(late.fate.kind).to.equal('stop');
  });

  it('begins a day of its own after a hold, or after it waited for something else', () => {
    for (const wait of [
      waitOf({ untilMs: NOW - 1, recheckMs: null }),
      waitOf({ on: 'ci', untilMs: NOW - 1, atDeadline: 'escalate' }),
    ]) {
      expect(settle(refused('network', NOW + 60_000), { wait }).wait).to.include({ untilMs: NOW + DAY_MS });
    }
  });
});

describe('a wait that looks again by itself', () => {
  const ci = { kind: 'wait', on: 'ci', forMs: 60_000, recheckMs: 10_000, why: 'checks run' } as const;

  it('parks until it looks again, at its deadline at the latest', () => {
    const settlement = settle(ci);
    expect(settlement.wait).to.include({ untilMs: NOW + 60_000, recheckMs: 10_000 });
    expect(settlement.wait).to.have.property('atDeadline', 'escalate');
    expect(settlement.fate).to.deep.equal({ kind: 'park', until: NOW + 10_000 });
    expect(settle({ ...ci, recheckMs: 90_000 }).fate).to.deep.equal({ kind: 'park', until: NOW + 60_000 });
  });

  it('does not move its deadline by waiting again for the same', () => {
    const wait = waitOf({ on: 'ci', untilMs: NOW + 5000 });
    expect(settle(ci, { wait }).wait).to.include({ untilMs: NOW + 5000 });
    expect(settle(ci, { wait }).fate).to.deep.equal({ kind: 'park', until: NOW + 5000 });
    for (const other of [waitOf({ on: 'review' }), waitOf({ on: 'ci', untilMs: NOW })]) {
      expect(settle(ci, { wait: other }).wait).to.include({ untilMs: NOW + 60_000 });
    }
  });
});

describe("a task that a day's budget does not pay for", () => {
  const MIDNIGHT = NOW + 14 * 3_600_000;

  it('parks on it until it comes anew, again and again, and no person is asked', () => {
    for (const last of [null, waitOf({ on: 'budget', untilMs: NOW - 1 }), waitOf({ untilMs: NOW - 1 })]) {
      const settlement = settle(refused('budget', MIDNIGHT), { wait: last });
      expect(settlement.fate).to.deep.equal({ kind: 'park', until: MIDNIGHT + 1000 });
      const recheckMs = MIDNIGHT + 1000 - NOW;
      const untilMs = MIDNIGHT + 1000;
      expect(settlement.wait).to.deep.equal(waitOf({ on: 'budget', untilMs, recheckMs }));
    }
  });

  it('looks again soon for money that others hold, ever more rarely, and at midnight at the latest', () => {
    const MINUTE_MS = 60_000;
    const recheckAfter = (lastMs: number | null, nowMs = NOW) => {
      const wait = lastMs === null ? null : waitOf({ on: 'budget', untilMs: NOW, recheckMs: lastMs });
      return settle(refused('budget', nowMs + MINUTE_MS), { wait, nowMs }).wait?.recheckMs;
    };
    expect(recheckAfter(null)).to.equal(MINUTE_MS + 1000);
    expect(recheckAfter(MINUTE_MS + 1000)).to.equal(2 * MINUTE_MS + 2000);
    expect(recheckAfter(10 * MINUTE_MS)).to.equal(15 * MINUTE_MS);
    expect(recheckAfter(15 * MINUTE_MS)).to.equal(15 * MINUTE_MS);
    expect(recheckAfter(14 * 60 * MINUTE_MS)).to.equal(MINUTE_MS + 1000);
    expect(recheckAfter(10 * MINUTE_MS, MIDNIGHT - 3 * MINUTE_MS)).to.equal(3 * MINUTE_MS);
  });

  it('counts nothing against a service that is in trouble when it runs again', () => {
    const last = waitOf({ on: 'budget', untilMs: NOW - 1 });
    const settlement = settle(refused('network', NOW + 1000), { wait: last });
    expect(settlement.wait).to.include({ on: 'circuit', untilMs: NOW + DAY_MS });
  });
});
