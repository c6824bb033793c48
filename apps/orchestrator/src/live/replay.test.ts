import { createLiveCursor, type LiveCursor, namesOf } from '@tamma/contracts';
import { buildEvent } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { buildEvents, WORKFLOW } from './testing/events.ts';
import type { LiveClient } from './testing/live-client.ts';
import { type LiveSite, openLiveSite } from './testing/live-site.ts';

const KILLS = 20;
const EVENTS = 2000;
/** Events appended while one connection lives, and dies. */
const ROUND = EVENTS / KILLS;
const OTHER = 'demo-2.r1';
const WHOLE = Array.from({ length: EVENTS }, (_, index) => String(index));

function offsetsOf(client: LiveClient): string[] {
  return client.all('workflow_event').map(({ offset }) => offset);
}

function numbersOf(client: LiveClient): string[] {
  return client.all('workflow_event').map(({ event }) => String(event.data.why));
}

/** Connects, subscribes by the cursor, and collects what it accepts, until it is killed. */
async function watch(site: LiveSite, cursor: LiveCursor, seen: { whole: string[]; named: string[] }) {
  const client = await site.connect();
  client.socket.on('workflow_event', (message) => {
    if (cursor.accept(message)) seen.whole.push(message.event.data.why);
  });
  client.socket.on('event', (message) => {
    if (cursor.accept(message)) seen.named.push(message.event.data.why);
  });
  const { offset } = await client.first('connected');
  for (const request of cursor.connected(offset))
    expect(await client.subscribe(request)).to.include({ ok: true });
  return client;
}

async function appendRound(site: LiveSite, from: number): Promise<void> {
  for (let index = from; index < from + ROUND; index += 5) await site.append(buildEvents(5, WORKFLOW, index));
}

describe('live, from a place in the past', () => {
  it('replays from Redis what came after it, then goes on', async () => {
    await using site = await openLiveSite({ limits: { pageSize: 7 } });
    await site.append(buildEvents(50));
    const offsets = await site.offsets();
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW, since: offsets[9] ?? '' });
    await site.append(buildEvents(10, WORKFLOW, 50));
    await client.count('workflow_event', 50);
    expect(offsetsOf(client)).to.deep.equal((await site.offsets()).slice(10));
  });

  it('replays from PostgreSQL what Redis has no more, then from Redis, then goes on', async () => {
    await using site = await openLiveSite({ limits: { pageSize: 7 } });
    await site.append(buildEvents(40));
    await site.append(buildEvents(5, OTHER));
    const offsets = await site.offsets();
    expect(await site.trimTo(offsets[29] ?? '')).to.equal(30);
    await site.append(buildEvents(10, WORKFLOW, 40));
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW, since: offsets[4] ?? '' });
    await client.subscribe({ events: ['TASK.*'], since: offsets[4] ?? '' });
    await client.count('workflow_event', 45);
    await client.count('event', 50);
    await site.append(buildEvents(1, WORKFLOW, 50));
    await client.count('workflow_event', 46);
    await client.count('event', 51);
    expect(numbersOf(client)).to.deep.equal(WHOLE.slice(5, 51));
    const all = [...offsets, ...(await site.offsets()).filter((offset) => !offsets.includes(offset))];
    expect(client.all('event').map(({ offset }) => offset)).to.deep.equal(all.slice(5));
    expect(client.problems).to.deep.equal([]);
  });

  it('replays what is on record when Redis was trimmed to nothing', async () => {
    await using site = await openLiveSite();
    await site.append(buildEvents(5));
    const offsets = await site.offsets();
    await site.trimTo(offsets[4] ?? '');
    expect(await site.offsets()).to.deep.equal([]);
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW, since: offsets[1] ?? '' });
    await client.count('workflow_event', 3);
    await site.append(buildEvents(1, WORKFLOW, 5));
    await client.count('workflow_event', 4);
    expect(numbersOf(client)).to.deep.equal(['2', '3', '4', '5']);
  });

  it('greets with a place up to which everything is on record, so that HTTP shows it', async () => {
    await using site = await openLiveSite();
    await site.append(buildEvents(3));
    await site.record();
    await site.append(buildEvents(2, WORKFLOW, 3));
    const offsets = await site.offsets();
    const offset = await eventually('it knows', async () => {
      const client = await site.connect();
      const greeting = await client.first('connected');
      client.close();
      return greeting.offset !== '0-0' && greeting.offset;
    });
    expect(offset).to.equal(offsets[2]);
  });

  it('does not keep silent for a place that the log has not reached', async () => {
    await using site = await openLiveSite();
    await site.append(buildEvents(2));
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW, since: '999999999999999-0' });
    await client.first('subscribed');
    await eventually('it listens', async () => {
      await site.append(buildEvents(1));
      return client.all('workflow_event').length > 0;
    });
  });

  it('passes over entries that are no events', async () => {
    await using site = await openLiveSite({ limits: { pageSize: 2 } });
    const junk = () => site.redis.xadd(site.keys.events, '*', 'event', '{"half":');
    for (let index = 0; index < 5; index += 1) await junk();
    await site.append(buildEvents(1));
    await junk();
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW, since: '0-0' });
    await client.count('workflow_event', 1);
    await junk();
    await site.append(buildEvents(1, WORKFLOW, 1));
    await client.count('workflow_event', 2);
    expect(numbersOf(client)).to.deep.equal(['0', '1']);
  });

  it('answers many replays at once, each in order', async () => {
    await using site = await openLiveSite({ limits: { readsAtOnceMax: 2, pageSize: 20 } });
    await site.append(buildEvents(200));
    const clients = await Promise.all(Array.from({ length: 10 }, () => site.connect()));
    await Promise.all(clients.map((client) => client.subscribe({ workflowId: WORKFLOW, since: '0-0' })));
    for (const client of clients) {
      await client.count('workflow_event', 200);
      expect(numbersOf(client)).to.deep.equal(WHOLE.slice(0, 200));
    }
  });

  it('fills from the record what was trimmed before the relay could read it', async () => {
    await using site = await openLiveSite();
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW });
    await site.append(buildEvents(1));
    await client.count('workflow_event', 1);
    // Appended, recorded and trimmed between two reads: in one transaction for Redis, on record before.
    const missed = buildEvents(300, WORKFLOW, 1);
    const [first = ''] = await site.offsets();
    const ms = Number(first.split('-')[0]);
    const entries = missed.map((event, index) => ({ offset: `${ms + 1 + index}-0`, event }));
    const term = (await site.store.lease.acquire('test', 60_000)) ?? 0;
    await site.store.writer.record({ term, entries, artifacts: [] });
    const [last] = buildEvents(1, WORKFLOW, 301);
    const id = `${ms + 1000}-0`;
    await site.redis
      .multi()
      .xtrim(site.keys.events, 'MAXLEN', 0)
      .xadd(site.keys.events, id, 'event', JSON.stringify(last))
      .exec();
    await client.count('workflow_event', 302);
    expect(numbersOf(client)).to.deep.equal(WHOLE.slice(0, 302));
  });

  it(`gives a client that is killed ${KILLS} times every event once and in order`, async () => {
    await using site = await openLiveSite({ limits: { pageSize: 50 } });
    const cursor = createLiveCursor();
    cursor.add({ workflowId: WORKFLOW, since: '0-0' });
    cursor.add({ events: ['task:failed', 'TASK.INTERRUPTED.SUCCESS'], since: '0-0' });
    const seen = { whole: [] as string[], named: [] as string[] };
    for (let kill = 0; kill < KILLS; kill += 1) {
      const from = kill * ROUND;
      const client = await watch(site, cursor, seen);
      const appended = appendRound(site, from);
      await eventually('it saw some of the round', () => seen.whole.length > from + ROUND / 3);
      client.kill();
      await appended;
      // Some of the past leaves Redis on the way.
      if (kill % 4 === 3) await site.trimTo((await site.offsets()).at(-ROUND / 2) ?? '0-0');
    }
    await watch(site, cursor, seen);
    await eventually('it saw all', () => seen.whole.length >= EVENTS && seen.named.length >= EVENTS);
    expect(seen.whole).to.deep.equal(WHOLE);
    expect(seen.named).to.deep.equal(WHOLE);
  });

  it('answers to each name of a real story', async () => {
    await using site = await openLiveSite();
    const names = [
      'orchestration.phase.execute.start',
      'execute.end',
      'BUILD_FAILED',
      'WORKFLOW.STATE.UPDATED',
    ];
    const client = await site.connect();
    for (const name of names) expect(await client.subscribe({ events: [name] })).to.deep.equal({ ok: true });
    const run = { commit: 'c', summary: 's', durationMs: 1 };
    const story = [
      buildEvent('PHASE.STARTED.SUCCESS', { phase: 'EXECUTE' }),
      buildEvent('GATE.RAN.FAILED', { gate: 'test', ...run }),
      buildEvent('GATE.RAN.FAILED', { gate: 'build', ...run }),
      buildEvent('PHASE.COMPLETED.SUCCESS', { phase: 'EXECUTE', nextStep: null }),
    ];
    await site.append(story);
    const expected = story.flatMap((event) => namesOf(event).filter((name) => names.includes(name)));
    await client.count('event', expected.length);
    const told = client.all('event').map(({ eventType }) => eventType);
    expect(told.toSorted()).to.deep.equal(expected.toSorted());
  });
});
