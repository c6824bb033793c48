import { once } from 'node:events';
import { connect } from 'node:net';
import { buildEvent, pickFrom, seededRandom } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { buildEvents, WORKFLOW } from './testing/events.ts';
import type { LiveClient } from './testing/live-client.ts';
import { type LiveSite, openLiveSite } from './testing/live-site.ts';

const MESSAGES = 1000;
const MESSAGES_PER_SOCKET = 50;
const SEED = 20_260_101;

const NAMES = [
  'subscribe',
  'subscribe',
  'unsubscribe',
  'Subscribe',
  '',
  'error',
  'toString',
  '__proto__',
  'x'.repeat(900),
];
const RESERVED = ['connect', 'disconnect', 'disconnecting', 'newListener', 'connect_error'];
const KEYS = ['workflowId', 'events', 'since', '__proto__', 'constructor', 'toJSON', 'a'];
const SCALARS = [
  null,
  true,
  -1,
  1e308,
  '',
  'TASK.*',
  WORKFLOW,
  '0-0',
  '9'.repeat(40),
  '\u0000',
  'ż🐢',
  'y'.repeat(2000),
];
/** What no client of the library would put on the wire, after the 4 that makes it a message. */
const PACKETS = [
  '2',
  '2[]',
  '2{}',
  '2["subscribe"',
  '2[{"a":1}]',
  '2[null]',
  '2[7,{}]',
  '0',
  '0/other,',
  '0{"token":{}}',
  '1',
  '1/x,',
  '3',
  '3[]',
  '30[{}]',
  '4{"message":"no"}',
  '5',
  '51-["subscribe",{"_placeholder":true,"num":0}]',
  '59999999-["subscribe"]',
  '51-["subscribe",{"_placeholder":true,"num":1e9}]',
  '61-0[]',
  '9',
  '',
  '2/unknown,["subscribe",{}]',
  '2999999999999999999["subscribe",{}]',
  `2["subscribe",${'['.repeat(7000)}${']'.repeat(7000)}]`,
  `2["subscribe",{"workflowId":"a","__proto__":{"events":["*"]}}]`,
  `2["subscribe","${'z'.repeat(20_000)}"]`,
  ...RESERVED.map((name) => `2["${name}",{}]`),
];

function randomValue(random: () => number, depth = 0): unknown {
  const kind = random();
  if (kind < 0.5 || depth > 6) return pickFrom(SCALARS, random);
  const length = Math.floor(random() * 4);
  const values = () => Array.from({ length }, () => randomValue(random, depth + 1));
  if (kind < 0.7) return values();
  if (kind < 0.75) return Buffer.alloc(Math.floor(random() * 3000), 7);
  return Object.fromEntries(values().map((value) => [pickFrom(KEYS, random), value]));
}

function sendAnything(client: LiveClient, random: () => number): void {
  if (random() < 0.002) {
    client.socket.io.engine.send(pickFrom(PACKETS, random));
    return;
  }
  const args = Array.from({ length: Math.floor(random() * 3) }, () => randomValue(random));
  const answer = random() < 0.5 ? [() => {}] : [];
  client.socket.emit(pickFrom(NAMES, random), ...args, ...answer);
}

async function isAnsweredOrCutOff(client: LiveClient): Promise<void> {
  let isAnswered = false;
  client.socket.emit('after', () => {
    isAnswered = true;
  });
  await eventually('it is answered or cut off', () => isAnswered || client.closings.length > 0);
}

async function stillServes(site: LiveSite): Promise<void> {
  const client = await site.connect();
  expect(await client.subscribe({ workflowId: 'good-1.r1' })).to.deep.equal({ ok: true });
  await site.append(buildEvents(1, 'good-1.r1'));
  await client.first('workflow_event');
  expect(client.problems).to.deep.equal([]);
  client.close();
}

describe('live, among the hostile', () => {
  it(`answers ${MESSAGES} random messages without breaking, and all others meanwhile`, async () => {
    await using site = await openLiveSite();
    const random = seededRandom(SEED);
    const bystander = await site.connect();
    await bystander.subscribe({ workflowId: WORKFLOW });
    let answered = 0;
    for (let sent = 0; sent < MESSAGES; sent += MESSAGES_PER_SOCKET) {
      const client = await site.connect();
      await client.first('connected');
      for (let index = 0; index < MESSAGES_PER_SOCKET; index += 1) sendAnything(client, random);
      await isAnsweredOrCutOff(client);
      expect(client.problems).to.deep.equal([]);
      answered += client.received.length;
      client.close();
    }
    expect(answered, 'messages that were answered').to.be.above(MESSAGES / 2);
    await site.append(buildEvents(1));
    await bystander.count('workflow_event', 1);
    await stillServes(site);
  });

  it('survives packets that no client of ours sends', async () => {
    await using site = await openLiveSite({ limits: { closeGraceMs: 50 } });
    for (const packet of PACKETS) {
      const client = await site.connect();
      await client.first('connected');
      client.socket.io.engine.send(packet);
      await isAnsweredOrCutOff(client);
      expect(client.problems).to.deep.equal([]);
      client.close();
    }
    await stillServes(site);
  });

  it('turns away who sends without end, and serves the others', async () => {
    await using site = await openLiveSite({ limits: { messageBurst: 50, messagesPerSecond: 10 } });
    const client = await site.connect({ reconnection: true, reconnectionDelay: 10 });
    await client.first('connected');
    for (let index = 0; index < 5000; index += 1)
      client.socket.emit('subscribe', { workflowId: `w-${index}` });
    await eventually('it is cut off', () => client.closings.length > 0);
    expect(client.closings).to.deep.equal(['io server disconnect']);
    expect(client.all('error').at(-1)?.message).to.equal(
      'you send too much; connect again later, and send less',
    );
    expect(client.all('subscribed')).to.have.length.below(100);
    expect(client.all('connected'), 'it stays away').to.have.length(1);
    await stillServes(site);
  });

  it('cuts off who does not read, within bounds, and tells the others on time', async () => {
    const limits = {
      behindFrom: 200_000,
      roomBelow: 50_000,
      behindMs: 2000,
      closeGraceMs: 200,
      pageSize: 20,
    };
    await using site = await openLiveSite({ limits });
    const [slow, swift] = [await site.connect(), await site.connect()];
    for (const client of [slow, swift]) await client.subscribe({ workflowId: WORKFLOW });
    slow.pause();
    let largest = 0;
    const large = (index: number) =>
      buildEvent('TASK.INTERRUPTED.SUCCESS', { why: String(index).padEnd(50_000, '.') });
    let sent = 0;
    await eventually('it is cut off', async () => {
      const unsent = await site.unsent();
      largest = Math.max(largest, unsent);
      // Many until what the system takes for a client is full; then some more, to see that they are not kept.
      const count = unsent < limits.behindFrom ? 20 : 1;
      await site.append(Array.from({ length: count }, () => large(sent++)));
      return site.lines.some((line) => line.includes('socket closed'));
    });
    await swift.count('workflow_event', sent);
    expect(
      swift.all('workflow_event').map(({ event }) => Number.parseInt(String(event.data.why), 10)),
    ).to.deep.equal(Array.from({ length: sent }, (_, index) => index));
    // One event more than the bound, for each of the two.
    expect(largest).to.be.below(2 * (limits.behindFrom + 60_000));
    await eventually('its connection is destroyed', async () => (await connectionsOf(site)) === 1);
    const again = await site.connect();
    await again.subscribe({ workflowId: WORKFLOW, since: '0-0' });
    await again.count('workflow_event', sent);
  });

  it('lets a client that is merely slow catch up without losing anything', async () => {
    const limits = { behindFrom: 200_000, roomBelow: 50_000, behindMs: 20_000, pageSize: 5 };
    await using site = await openLiveSite({ limits });
    const client = await site.connect();
    await client.subscribe({ workflowId: WORKFLOW });
    client.pause();
    const large = (index: number) =>
      buildEvent('TASK.INTERRUPTED.SUCCESS', { why: String(index).padEnd(50_000, '.') });
    let sent = 0;
    for (let round = 0; round < 30; round += 1) {
      await site.append(Array.from({ length: 20 }, () => large(sent++)));
    }
    await eventually('it is behind', async () => (await site.unsent()) > limits.roomBelow);
    client.resume();
    await client.count('workflow_event', sent);
    const seen = client.all('workflow_event').map(({ event }) => Number.parseInt(String(event.data.why), 10));
    expect(seen).to.deep.equal(Array.from({ length: sent }, (_, index) => index));
    expect(client.closings).to.deep.equal([]);
  });

  it('survives upgrades that are not meant for it, and are broken off', async () => {
    await using site = await openLiveSite();
    for (const path of [
      '/elsewhere',
      '/socket.io/?EIO=4&transport=websocket',
      '/socket.io/',
      '/socket.io/?EIO=3&transport=websocket',
    ]) {
      const wire = connect(site.port, '127.0.0.1');
      await once(wire, 'connect');
      wire.on('error', () => {});
      wire.write(
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
          'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
      );
      await eventually('the server has it', async () => (await connectionsOf(site)) > 0);
      wire.resetAndDestroy();
      await eventually('the server saw it go', async () => (await connectionsOf(site)) === 0);
    }
    await stillServes(site);
  });
});

function connectionsOf(site: LiveSite): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  site.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  return promise;
}
