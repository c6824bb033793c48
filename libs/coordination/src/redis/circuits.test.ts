import { redisKeysOf } from '@tamma/contracts';
import { BREAKER_DEFAULTS } from '@tamma/domain';
import { testClock, testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { CallVerdict, Circuits } from '../index.ts';
import { openProxy } from '../testing/proxy.ts';
import { createCircuits } from './index.ts';

const CALL = { service: 'github', operation: 'readIssue' } as const;
const { openMs, windowMs } = BREAKER_DEFAULTS;

/** Several processes that share one Redis and one clock. */
function openProcesses(count: number, url = testServers().redisUrl) {
  const keys = redisKeysOf(uniqueName('circuits'));
  const clock = testClock();
  const errors: string[] = [];
  const connections = Array.from({ length: count }, () => new Redis(url));
  const processes = connections.map((redis) => {
    redis.on('error', () => {});
    const onError = (error: Error) => errors.push(error.message);
    return createCircuits({ redis, keys, settings: BREAKER_DEFAULTS, now: clock.now, onError });
  });
  const [first] = processes;
  const [redis] = connections;
  if (first === undefined || redis === undefined) throw new Error('at least one process');
  const ready = () => Promise.all(connections.map((one) => one.ping()));
  const dispose = () => {
    for (const one of connections) one.disconnect();
  };
  return { keys, clock, errors, processes, first, redis, ready, [Symbol.dispose]: dispose };
}

async function failOften(circuits: Circuits, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await circuits.failed(CALL, `failure ${i}`);
}

const kindOf = (verdict: CallVerdict) => verdict.kind;
const present = <Item>(items: readonly (Item | null)[]) => items.filter((item) => item !== null);

describe('circuits', () => {
  it('open for all processes with the fifth failure within the window, and say until when and why', async () => {
    using site = openProcesses(2);
    await site.ready();
    const [one, other] = site.processes;
    await failOften(site.first, 4);
    expect(await other?.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    const untilMs = site.clock.now() + openMs;
    expect(await one?.failed(CALL, 'connection refused')).to.deep.equal({ openedUntilMs: untilMs });
    site.clock.advance(1000);
    const refused = { kind: 'refused', reason: 'circuit', untilMs, why: 'connection refused' };
    expect(await other?.admit(CALL)).to.deep.equal(refused);
    expect(await other?.admit({ ...CALL, operation: 'merge' })).to.deep.equal({ kind: 'admitted' });
    const view = { ...CALL, state: { status: 'open', untilMs, why: 'connection refused' } };
    expect(await other?.listCircuits()).to.deep.equal([view]);
  });

  it('forget failures that lie further apart than the window', async () => {
    using site = openProcesses(1);
    await site.ready();
    await failOften(site.first, 4);
    site.clock.advance(windowMs);
    await failOften(site.first, 4);
    expect(await site.first.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    expect(await site.first.listCircuits()).to.deep.equal([]);
  });

  it('are told as opened by exactly one of many who fail at once', async () => {
    using site = openProcesses(10);
    await site.ready();
    const calls = Array.from({ length: 50 }, (_, i) => site.processes[i % 10]?.failed(CALL, `failure ${i}`));
    expect(present(await Promise.all(calls))).to.have.lengthOf(1);
    expect(site.errors).to.deep.equal([]);
  });

  it('let exactly one of many through on trial, and its success closes them, told once', async () => {
    using site = openProcesses(10);
    await site.ready();
    await failOften(site.first, 5);
    site.clock.advance(openMs);
    const calls = Array.from({ length: 50 }, (_, i) => site.processes[i % 10]?.admit(CALL) ?? null);
    const verdicts = present(await Promise.all(calls)).map(kindOf);
    expect(verdicts.filter((kind) => kind === 'admitted')).to.have.lengthOf(1);
    const successes = Array.from({ length: 50 }, (_, i) => site.processes[i % 10]?.succeeded(CALL));
    expect((await Promise.all(successes)).filter((told) => told === 'closed')).to.have.lengthOf(1);
    const after = await Promise.all(site.processes.map((one) => one.admit(CALL)));
    expect(new Set(after.map(kindOf))).to.deep.equal(new Set(['admitted']));
    // A closed circuit leaves nothing behind.
    expect(await site.redis.hlen(site.keys.circuits)).to.equal(0);
    expect(site.errors).to.deep.equal([]);
  });

  it('open anew, told once, when the trial fails, and try another one when nobody hears of the trial', async () => {
    using site = openProcesses(2);
    await site.ready();
    const [one, other] = site.processes;
    await failOften(site.first, 5);
    site.clock.advance(openMs);
    expect(await one?.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    expect(await one?.failed(CALL, 'still away')).to.deep.equal({ openedUntilMs: site.clock.now() + openMs });
    site.clock.advance(openMs);
    expect(await one?.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    expect((await other?.admit(CALL))?.kind).to.equal('refused');
    site.clock.advance(openMs);
    expect((await other?.admit(CALL))?.kind).to.equal('admitted');
    expect(await other?.succeeded(CALL)).to.equal('closed');
    // The lost trial came back after all; the circuit is closed already.
    expect(await one?.succeeded(CALL)).to.equal('unchanged');
  });

  it('try the next call when a trial was broken off, and take no other call for the trial', async () => {
    using site = openProcesses(2);
    await site.ready();
    const [one, other] = site.processes;
    await one?.admit(CALL);
    await failOften(site.first, 5);
    site.clock.advance(openMs);
    expect(await other?.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    // A call from before, broken off: not the trial.
    await one?.brokenOff(CALL);
    expect((await one?.admit(CALL))?.kind).to.equal('refused');
    await other?.brokenOff(CALL);
    expect(await one?.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    expect(await one?.succeeded(CALL)).to.equal('closed');
  });

  it('are not closed by a success of a call that was made before they opened', async () => {
    using site = openProcesses(2);
    await site.ready();
    const [one, other] = site.processes;
    await one?.admit(CALL);
    await failOften(site.first, 5);
    site.clock.advance(openMs);
    await other?.admit(CALL);
    expect(await one?.succeeded(CALL)).to.equal('unchanged');
    expect(await site.first.listCircuits()).to.have.lengthOf(1);
  });

  it('are asked about once a second at most while they are closed', async () => {
    using site = openProcesses(2);
    await site.ready();
    const [one, other] = site.processes;
    await one?.admit(CALL);
    if (other !== undefined) await failOften(other, 5);
    site.clock.advance(999);
    expect(await one?.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    site.clock.advance(1);
    expect((await one?.admit(CALL))?.kind).to.equal('refused');
  });

  it('read rubbish, and what another version wrote, as closed', async () => {
    using site = openProcesses(1);
    await site.ready();
    for (const text of ['{', '"open"', '{"status":"ajar"}', '{"status":"open"}']) {
      await site.redis.hset(site.keys.circuits, 'github:readIssue', text);
      site.clock.advance(1000);
      expect(await site.first.admit(CALL)).to.deep.equal({ kind: 'admitted' });
      expect(await site.first.listCircuits()).to.deep.equal([]);
    }
    expect(await site.first.failed(CALL, 'one')).to.equal(null);
    expect(site.errors).to.deep.equal([]);
  });

  it('of a service with colons in its name are told apart, and its hold is its own', async () => {
    using site = openProcesses(1);
    await site.ready();
    const call = { service: 'openai:host:8080', operation: 'respond' };
    for (let i = 0; i < 5; i += 1) await site.first.failed(call, 'away');
    expect(
      (await site.first.listCircuits()).map(({ service, operation }) => ({ service, operation })),
    ).to.deep.equal([call]);
    expect(kindOf(await site.first.admit({ service: 'openai', operation: 'respond' }))).to.equal('admitted');
    await site.first.hold({ service: call.service, untilMs: site.clock.now() + 1000, why: 'busy' });
    expect((await site.first.listHolds()).map((one) => one.service)).to.deep.equal([call.service]);
  });

  it('keep at most five hundred, and drop what says nothing any more to make room', async () => {
    using site = openProcesses(1);
    await site.ready();
    const failAll = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, i) =>
          site.first.failed({ service: 'many', operation: `op-${from + i}` }, 'no'),
        ),
      );
    await failAll(0, 500);
    expect(await site.redis.hlen(site.keys.circuits)).to.equal(500);
    await failAll(500, 501);
    expect(site.errors).to.have.lengthOf(1);
    expect(site.errors[0]).to.contain('is full');
    site.clock.advance(windowMs);
    await failAll(501, 511);
    expect(await site.redis.hlen(site.keys.circuits)).to.equal(10);
  });
});

describe('a service that asked to be left alone', () => {
  const held = { service: 'anthropic', why: 'the usage limit is reached' } as const;
  const call = { service: 'anthropic', operation: 'complete' } as const;

  it('is left alone by all processes until then, told once, and the longer time stands', async () => {
    using site = openProcesses(5);
    await site.ready();
    const hold = { ...held, untilMs: site.clock.now() + 60_000 };
    const told = await Promise.all(site.processes.map((one) => one.hold(hold)));
    expect(told.filter(Boolean)).to.have.lengthOf(1);
    expect(await site.first.hold({ ...hold, untilMs: hold.untilMs - 1 })).to.equal(false);
    expect(await site.first.hold({ ...hold, untilMs: hold.untilMs + 1 })).to.equal(true);
    const untilMs = hold.untilMs + 1;
    for (const one of site.processes) {
      expect(await one.admit(call)).to.deep.equal({
        kind: 'refused',
        reason: 'rate-limit',
        untilMs,
        why: held.why,
      });
      expect(await one.listHolds()).to.deep.equal([{ ...held, untilMs }]);
    }
    expect(await site.first.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    site.clock.advance(60_001);
    expect(await site.first.admit(call)).to.deep.equal({ kind: 'admitted' });
    expect(await site.redis.hlen(site.keys.holds)).to.equal(0);
  });

  it('is seen at once by the process that was told, and nothing is kept for a time that is over', async () => {
    using site = openProcesses(1);
    await site.ready();
    await site.first.admit(call);
    await site.first.hold({ ...held, untilMs: site.clock.now() + 1 });
    expect((await site.first.admit(call)).kind).to.equal('refused');
    site.clock.advance(1);
    expect(await site.first.listHolds()).to.deep.equal([]);
    expect(await site.redis.hlen(site.keys.holds)).to.equal(0);
    expect(await site.first.hold({ ...held, untilMs: site.clock.now() })).to.equal(false);
  });

  it('does not use up the trial of a circuit', async () => {
    using site = openProcesses(1);
    await site.ready();
    for (let i = 0; i < 5; i += 1) await site.first.failed(call, 'away');
    site.clock.advance(openMs);
    await site.first.hold({ ...held, untilMs: site.clock.now() + 1000 });
    expect(await site.first.admit(call)).to.include({ reason: 'rate-limit' });
    site.clock.advance(1000);
    expect(await site.first.admit(call)).to.deep.equal({ kind: 'admitted' });
  });
});

describe('circuits while Redis is away', () => {
  it('admit every call when it cannot be reached', async () => {
    using site = openProcesses(1, 'redis://127.0.0.1:1');
    expect(await site.first.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    expect(await site.first.failed(CALL, 'away')).to.equal(null);
    expect(await site.first.succeeded(CALL)).to.equal('unchanged');
    const untilMs = site.clock.now() + 1000;
    expect(await site.first.hold({ service: 'github', untilMs, why: 'slow down' })).to.equal(false);
  });

  it('admit every call, after a moment, when it accepts and says nothing, and report that', async () => {
    await using proxy = await openProxy(testServers().redisUrl);
    using site = openProcesses(1, proxy.url);
    await site.ready();
    proxy.freeze();
    expect(await site.first.admit(CALL)).to.deep.equal({ kind: 'admitted' });
    expect(site.errors).to.deep.equal(['Redis did not answer within 1000 ms']);
  });
});
