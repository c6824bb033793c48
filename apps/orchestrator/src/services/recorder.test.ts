import { createHash } from 'node:crypto';
import { EVENT_FIELD } from '@tamma/contracts';
import { buildHead } from '@tamma/contracts/testing';
import type { AnyEvent } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { openStore } from '@tamma/store/postgres';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { type Desk, openDesk, recorderOf, rejectionOf } from '../testing/desk.ts';
import { startProxy } from '../testing/proxy.ts';

function build(count: number, from = 0): AnyEvent[] {
  return Array.from({ length: count }, (_, index) => buildWhy(`reason ${from + index}`));
}

function buildWhy(why: string): AnyEvent {
  return buildEvent('TASK.INTERRUPTED.SUCCESS', { why }, { taskId: 'demo-1.r1.first' });
}

async function recordedIds(desk: Desk): Promise<string[]> {
  return (await desk.store.reader.listEvents({ limit: 1000 })).map(({ event }) => event.id);
}

async function writeArtifact(desk: Desk, text: string, sha256 = hashOf(text)): Promise<void> {
  const head = buildHead();
  const { workflowId } = head;
  await desk.hashes.open(head, []);
  const data = { name: 'PLAN.md', sha256, bytes: Buffer.byteLength(text) } as const;
  await desk.hashes.commit({
    fence: { workflowId, taskId: `${workflowId}.first`, attempt: 1 },
    outcome: null,
    wait: null,
    round: null,
    unlessDecided: null,
    activeMs: 0,
    isExcused: false,
    isHeld: false,
    gates: [],
    artifacts: new Map([['PLAN.md', text]]),
    events: [buildEvent('ARTIFACT.WRITTEN.SUCCESS', data, { workflowId })],
  });
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('recorder', () => {
  it('records in batches, in log order, and acknowledges what is recorded', async () => {
    await using desk = await openDesk();
    const events = build(50);
    await desk.eventLog.append(events);
    const told: string[] = [];
    const recorder = await recorderOf(desk, {
      batchSize: 10,
      onRecorded: (recorded) => void told.push(...recorded.map(({ id }) => id)),
    });
    await recorder.runOnce();
    expect(await recordedIds(desk), 'four at once while more waits').to.have.length(40);
    expect(await recorder.consumer.lag()).to.equal(10);
    await recorder.runOnce();
    await recorder.runOnce();
    const ids = events.map(({ id }) => id);
    expect(await recordedIds(desk)).to.deep.equal(ids);
    expect(told).to.deep.equal(ids);
    expect(await recorder.consumer.lag()).to.equal(0);
    expect(await desk.eventLog.firstOffset(), 'the tail stays in Redis').to.be.a('string');
  });

  it('puts what arrives within the flush interval into the same batch', async () => {
    await using desk = await openDesk();
    await desk.eventLog.append(build(1));
    const consumer = await desk.eventLog.consumer('recorder');
    const batches: number[] = [];
    let reads = 0;
    const recorder = await recorderOf(desk, {
      flushIntervalMs: 1000,
      consumer: {
        acknowledge: (offsets) => consumer.acknowledge(offsets),
        lag: () => consumer.lag(),
        settledOffset: () => consumer.settledOffset(),
        trimTo: (offset) => consumer.trimTo(offset),
        close: () => consumer.close(),
        next: async (request) => {
          reads += 1;
          if (reads === 2) await desk.eventLog.append(build(2));
          return consumer.next(request);
        },
      },
      onRecorded: (recorded) => void batches.push(recorded.length),
    });
    await recorder.runOnce();
    expect(batches).to.deep.equal([3]);
  });

  it('copies the body of an artifact that its event names', async () => {
    await using desk = await openDesk();
    await writeArtifact(desk, '# Plan\n\nŻółw 🐢\n');
    await (await recorderOf(desk)).runOnce();
    expect(await desk.store.reader.readArtifact('demo-1.r1', 'PLAN.md')).to.equal('# Plan\n\nŻółw 🐢\n');
  });

  it('does not record a body under the hash of another one', async () => {
    await using desk = await openDesk();
    await writeArtifact(desk, 'newer text', hashOf('older text'));
    const recorder = await recorderOf(desk);
    await recorder.runOnce();
    expect(await desk.store.reader.readArtifact('demo-1.r1', 'PLAN.md')).to.equal(null);
    expect(await recorder.consumer.lag()).to.equal(0);
  });

  it('goes on past a body that is damaged, and says which', async () => {
    await using desk = await openDesk();
    await writeArtifact(desk, 'a plan');
    await desk.redis.hset(`${desk.keys.workflow('demo-1.r1')}:artifacts`, 'PLAN.md', 'no gzip at all');
    await desk.eventLog.append(build(1));
    const recorder = await recorderOf(desk);
    await recorder.runOnce();
    expect(await recordedIds(desk)).to.have.length(2);
    expect(await recorder.consumer.lag()).to.equal(0);
    expect(desk.problems).to.have.length(1);
    expect(desk.problems[0]).to.contain('PLAN.md of workflow demo-1.r1 is damaged');
  });

  it('loses nothing while PostgreSQL is away, and catches up in order when it is back', async () => {
    await using desk = await openDesk();
    await using proxy = await startProxy(desk.databaseUrl);
    const far = await openStore({ url: proxy.url, poolMax: 2 });
    const events = build(6);
    const recorder = await recorderOf(desk, { writer: far.writer, batchSize: 3 });
    await desk.eventLog.append(events.slice(0, 2));
    await recorder.runOnce();
    proxy.set('cut');
    await desk.eventLog.append(events.slice(2, 4));
    for (let tries = 0; tries < 3; tries += 1) {
      expect(await rejectionOf(recorder.runOnce())).to.include({
        code: 'DATABASE_UNREACHABLE',
        class: 'network',
      });
    }
    await desk.eventLog.append(events.slice(4));
    expect(await recorder.consumer.lag()).to.equal(4);
    proxy.set('open');
    await eventually('it catches up', async () => {
      await recorder.runOnce();
      return (await recorder.consumer.lag()) === 0;
    });
    expect(await recordedIds(desk)).to.deep.equal(events.map(({ id }) => id));
    await far.close();
  });

  it('leaves what it could not record to its successor', async () => {
    await using desk = await openDesk();
    const events = build(3);
    await desk.eventLog.append(events);
    const record = async () => {
      throw new Error('killed here');
    };
    const killed = await recorderOf(desk, { writer: { record } });
    await rejectionOf(killed.runOnce());
    await killed.consumer.close();
    const successor = await recorderOf(desk, { term: killed.term });
    await successor.runOnce();
    expect(await recordedIds(desk)).to.deep.equal(events.map(({ id }) => id));
    expect(await successor.consumer.lag()).to.equal(0);
  });

  it('writes and acknowledges nothing once another one leads', async () => {
    await using desk = await openDesk();
    const frozen = await recorderOf(desk);
    await desk.store.lease.release('test', frozen.term);
    await desk.store.lease.acquire('other', 60_000);
    await desk.eventLog.append(build(2));
    expect(await rejectionOf(frozen.runOnce())).to.include({ code: 'TERM_LOST' });
    expect(await recordedIds(desk)).to.deep.equal([]);
    expect(await frozen.consumer.lag()).to.equal(2);
  });

  it('absorbs what is delivered twice', async () => {
    await using desk = await openDesk();
    const [event, other] = build(2);
    if (event === undefined || other === undefined) throw new Error('there is nothing to append');
    const told: string[] = [];
    const onRecorded = (recorded: readonly AnyEvent[]) => void told.push(...recorded.map(({ id }) => id));
    const recorder = await recorderOf(desk, { onRecorded });
    await desk.eventLog.append([event, event]);
    await recorder.runOnce();
    await desk.eventLog.append([event, other]);
    await recorder.runOnce();
    expect(await recordedIds(desk)).to.deep.equal([event.id, other.id]);
    expect(told).to.deep.equal([event.id, other.id]);
  });

  it('tells of an event once although its acknowledgement failed', async () => {
    await using desk = await openDesk();
    const [event] = build(1);
    if (event === undefined) throw new Error('there is nothing to append');
    await desk.eventLog.append([event]);
    const told: string[] = [];
    const consumer = await desk.eventLog.consumer('recorder');
    let failures = 0;
    const recorder = await recorderOf(desk, {
      consumer: {
        next: (request) => consumer.next(request),
        lag: () => consumer.lag(),
        settledOffset: () => consumer.settledOffset(),
        trimTo: (offset) => consumer.trimTo(offset),
        close: () => consumer.close(),
        acknowledge: async (offsets) => {
          failures += 1;
          if (failures === 1) throw new Error('Redis went away');
          await consumer.acknowledge(offsets);
        },
      },
      onRecorded: (recorded) => void told.push(...recorded.map(({ id }) => id)),
    });
    expect(await rejectionOf(recorder.runOnce())).to.have.property('message', 'Redis went away');
    await recorder.runOnce();
    expect(told).to.deep.equal([event.id]);
    expect(await consumer.lag()).to.equal(0);
  });

  it('sets a malformed entry aside and goes on', async () => {
    await using desk = await openDesk();
    const [before, after] = build(2);
    if (before === undefined || after === undefined) throw new Error('there is nothing to append');
    await desk.eventLog.append([before]);
    await desk.redis.xadd(desk.keys.events, '*', EVENT_FIELD, '{"id": "half an ev');
    await desk.redis.xadd(desk.keys.events, '*', EVENT_FIELD, '{"id":"x","type":"NO.SUCH.TYPE"}');
    await desk.redis.xadd(desk.keys.events, '*', 'stranger', 'here');
    await desk.eventLog.append([after]);
    const recorder = await recorderOf(desk);
    await recorder.runOnce();
    expect(await recordedIds(desk)).to.deep.equal([before.id, after.id]);
    expect(await recorder.consumer.lag()).to.equal(0);
  });

  it('takes out of Redis what was recorded an hour ago, and nothing that is not recorded', async () => {
    await using desk = await openDesk();
    let nowMs = Date.now();
    const recorder = await recorderOf(desk, { now: () => nowMs, batchSize: 2 });
    await desk.eventLog.append(build(3));
    await recorder.runOnce();
    expect(await desk.eventLog.readAfter('0-0', 10)).to.have.length(3);
    nowMs += 2 * 3_600_000;
    await recorder.runOnce();
    expect(await desk.eventLog.readAfter('0-0', 10)).to.have.length(0);
    await desk.eventLog.append(build(9));
    nowMs += 3_600_000;
    await recorder.runOnce();
    expect(await desk.eventLog.readAfter('0-0', 10), 'the one beyond the batch').to.have.length(1);
    expect(await recorder.consumer.lag()).to.equal(1);
  });
});
