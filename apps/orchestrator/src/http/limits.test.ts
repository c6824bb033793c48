import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import { createAccess } from '../access.ts';
import { ask } from '../testing/site.ts';
import { createDoor } from './door.ts';
import { createGuessLimit, createRateLimit, createWebhookLimit } from './limits.ts';
import { errorHandler } from './problem.ts';

const TOKEN = 'a-token-of-ann-0001';
const ACCESS = createAccess([
  { name: 'ann', roles: ['viewer'], sha256: createHash('sha256').update(TOKEN).digest('hex') },
]);

/** A server that believes what address it is told, so that a test can come from anywhere. */
async function openServer(handler: RequestHandler) {
  const app = express();
  app.set('trust proxy', 'loopback');
  app.use(handler, (_request, response) => void response.send('ok'));
  app.use(errorHandler(() => {}));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    askFrom: (from: string, token?: string) => {
      const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return ask(port, '/', { headers: { 'x-forwarded-for': from, ...authorization } });
    },
    [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
  };
}

async function statusesOf(count: number, send: () => ReturnType<typeof ask>): Promise<number[]> {
  const statuses: number[] = [];
  for (let sent = 0; sent < count; sent += 1) statuses.push((await send()).status);
  return statuses;
}

describe('the limit on requests', () => {
  it('counts each address off loopback by itself, and says when to come back', async () => {
    await using server = await openServer(
      createRateLimit({ max: 3, signedInMax: 4, window: 60_000 }, ACCESS),
    );
    expect(await statusesOf(4, () => server.askFrom('10.0.0.1'))).to.deep.equal([200, 200, 200, 429]);
    expect(await statusesOf(2, () => server.askFrom('10.0.0.2'))).to.deep.equal([200, 200]);
    const { headers, text } = await server.askFrom('10.0.0.1');
    expect(Number(headers['retry-after'])).to.be.within(1, 60);
    expect(JSON.parse(text)).to.include({
      status: 429,
      detail: 'more than 3 requests within 60 s',
    });
  });

  it('counts who is signed in by name, from whatever address, and has more for them', async () => {
    const limit = createRateLimit({ max: 1, signedInMax: 4, window: 60_000 }, ACCESS);
    await using server = await openServer(limit);
    let sent = 0;
    const send = () => {
      sent += 1;
      return server.askFrom(`10.0.0.${sent}`, TOKEN);
    };
    expect(await statusesOf(5, send)).to.deep.equal([200, 200, 200, 200, 429]);
    const { text } = await server.askFrom('10.0.0.9', TOKEN);
    expect(JSON.parse(text).detail).to.equal('more than 4 requests by ann within 60 s');
    expect(await statusesOf(2, () => server.askFrom('10.0.0.1', 'wrong-token-00001'))).to.deep.equal([
      200, 429,
    ]);
  });

  it('counts the addresses of one IPv6 network as one', async () => {
    await using server = await openServer(
      createRateLimit({ max: 2, signedInMax: 4, window: 60_000 }, ACCESS),
    );
    const statuses = [
      await server.askFrom('2001:db8::1'),
      await server.askFrom('2001:db8::2'),
      await server.askFrom('2001:db8:0:1::3'),
    ].map(({ status }) => status);
    expect(statuses).to.deep.equal([200, 200, 429]);
  });

  it('leaves loopback alone', async () => {
    await using server = await openServer(
      createRateLimit({ max: 1, signedInMax: 4, window: 60_000 }, ACCESS),
    );
    for (const address of ['127.0.0.1', '127.3.4.5', '::1', '::ffff:127.0.0.1']) {
      expect(await statusesOf(3, () => server.askFrom(address)), address).to.deep.equal([200, 200, 200]);
    }
  });

  it('counts anew when its time is over', async () => {
    // Time enough for the second request to come, on a full machine too.
    await using server = await openServer(createRateLimit({ max: 1, signedInMax: 4, window: 3000 }, ACCESS));
    const first = await statusesOf(2, () => server.askFrom('10.0.0.1'));
    expect(first).to.deep.equal([200, 429]);
    const { headers } = await server.askFrom('10.0.0.1');
    expect(Number(headers['retry-after'])).to.be.within(1, 3);
    await eventually('it counts anew', async () => (await server.askFrom('10.0.0.1')).status === 200);
  });
});

describe('the limit on wrong tokens', () => {
  async function openGuarded() {
    const door = createDoor(ACCESS, createGuessLimit({ max: 3, window: 60_000 }));
    return openServer(async (request, response, next) => {
      await door.admit(request, response, 'view');
      next();
    });
  }

  it('shuts out who guessed too often, whatever token comes then, and nobody else', async () => {
    await using server = await openGuarded();
    expect(await statusesOf(4, () => server.askFrom('10.0.0.1', 'wrong'))).to.deep.equal([
      401, 401, 401, 429,
    ]);
    const shut = await server.askFrom('10.0.0.1', TOKEN);
    expect(shut.status).to.equal(429);
    expect(Number(shut.headers['retry-after'])).to.be.within(1, 60);
    expect((await server.askFrom('10.0.0.2', TOKEN)).status).to.equal(200);
  });

  it('counts neither who shows nothing nor who shows the right one', async () => {
    await using server = await openGuarded();
    expect(await statusesOf(10, () => server.askFrom('10.0.0.1'))).to.deep.equal(Array(10).fill(401));
    expect(await statusesOf(10, () => server.askFrom('10.0.0.1', TOKEN))).to.deep.equal(Array(10).fill(200));
  });

  it('leaves loopback alone: a proxy there stands for everybody', async () => {
    await using server = await openGuarded();
    expect(await statusesOf(9, () => server.askFrom('127.0.0.1', 'wrong'))).to.deep.equal(Array(9).fill(401));
    expect((await server.askFrom('127.0.0.1', TOKEN)).status).to.equal(200);
  });
});

describe('the limit on webhook deliveries', () => {
  it('counts those of an address that were refused, and none that came through', async () => {
    const limit = createWebhookLimit({ max: 3, window: 60_000 });
    await using server = await openServer(limit);
    expect(await statusesOf(6, () => server.askFrom('10.0.0.1'))).to.deep.equal([
      200, 200, 200, 200, 200, 200,
    ]);
    const refuse: RequestHandler = (_request, response) => void response.status(401).send('no');
    await using other = await openServer((request, response, next) => {
      limit(request, response, (error?: unknown) =>
        error === undefined ? refuse(request, response, next) : next(error),
      );
    });
    expect(await statusesOf(4, () => other.askFrom('10.0.0.2'))).to.deep.equal([401, 401, 401, 429]);
    expect((await other.askFrom('10.0.0.2')).headers['retry-after']).to.equal('60');
    expect(await statusesOf(5, () => other.askFrom('127.0.0.1'))).to.deep.equal([401, 401, 401, 401, 401]);
  });
});
