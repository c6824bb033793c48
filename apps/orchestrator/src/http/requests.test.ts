import { problemSchema } from '@tamma/contracts';
import { createWorkflowHashes } from '@tamma/coordination/redis';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { recordAll } from '../testing/desk.ts';
import { startFlow } from '../testing/people.ts';
import { startProxy } from '../testing/proxy.ts';
import { type Answer, openSite } from '../testing/site.ts';
import { posting, TOKENS, tokenOf } from '../testing/tokens.ts';
import { sessionCookie } from './session-cookie.ts';

const CANCEL = '/api/v1/workflows/x/cancel';

function detailOf({ text }: Answer): string | undefined {
  return problemSchema.parse(JSON.parse(text)).detail;
}

describe('bodies', () => {
  const json = { 'content-type': 'application/json' };

  it('are JSON and nothing else', async () => {
    await using site = await openSite();
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      '',
    ];
    for (const type of types) {
      const headers = type === '' ? {} : { 'content-type': type };
      const answer = await site.ask(CANCEL, { method: 'POST', headers, body: '{"reason":"x"}' });
      expect([answer.status, detailOf(answer)], type).to.deep.equal([
        415,
        'the body must be JSON, with "Content-Type: application/json"',
      ]);
    }
    for (const type of [
      'application/json',
      'Application/JSON; charset=utf-8',
      'application/json;charset=UTF-8',
    ]) {
      const question = { method: 'POST', headers: { 'content-type': type }, body: '{"reason":"x"}' };
      expect((await site.ask(CANCEL, question)).status, type).to.equal(404);
    }
  });

  it('are refused when they do not parse, without repeating them', async () => {
    await using site = await openSite();
    for (const body of ['{broken', '{"reason":"hunter2"', 'hunter2', '"x', '\u0000', '{"a":1}}', '']) {
      const answer = await site.ask(CANCEL, { method: 'POST', headers: json, body });
      expect(answer.status, body).to.equal(400);
      expect(answer.text).to.not.contain('hunter2');
    }
    expect((await site.ask(CANCEL, { method: 'POST', headers: json })).status, 'none at all').to.equal(400);
    const deep = `{"reason":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect((await site.ask(CANCEL, { method: 'POST', headers: json, body: deep })).status).to.equal(400);
  });

  it('may have 1 MB, also when they were packed', async () => {
    await using site = await openSite();
    const big = JSON.stringify({ reason: 'x'.repeat(1024 * 1024) });
    const answer = await site.ask(CANCEL, { method: 'POST', headers: json, body: big });
    expect([answer.status, detailOf(answer)]).to.deep.equal([413, 'a body may have 1 MB at most']);
    const fitting = JSON.stringify({ reason: 'x'.repeat(1024 * 1024 - 100) });
    expect((await site.ask(CANCEL, { method: 'POST', headers: json, body: fitting })).status).to.equal(400);
    const headers = { ...json, 'content-encoding': 'rot13' };
    expect((await site.ask(CANCEL, { method: 'POST', headers, body: '{}' })).status).to.equal(415);
  });

  it('cannot reach the prototype of anything', async () => {
    await using site = await openSite();
    for (const body of ['{"__proto__":{"reason":"x"}}', '{"constructor":{"prototype":{"reason":"x"}}}']) {
      expect((await site.ask(CANCEL, { method: 'POST', headers: json, body })).status, body).to.equal(400);
    }
    expect(Reflect.has({}, 'reason')).to.equal(false);
  });
});

describe('pages of other sites', () => {
  const cookie = sessionCookie(tokenOf('all'), { isSecure: false }).split(';')[0] ?? '';

  async function post(site: Awaited<ReturnType<typeof openSite>>, origin: string | null) {
    const question = posting({ reason: 'x' });
    const from = origin === null ? {} : { origin };
    return site.ask(CANCEL, { ...question, headers: { ...question.headers, ...from, cookie } });
  }

  it('may not act in the name of a visitor; our own page and programs may', async () => {
    for (const tokens of [TOKENS, []]) {
      await using site = await openSite({ tokens });
      const others = [
        'https://evil.example',
        'null',
        'http://localhost:1',
        `http://127.0.0.1.evil.example:${site.port}`,
      ];
      for (const origin of [...others, 'rubbish', `http://evil.example:${site.port}`, '']) {
        const answer = await post(site, origin);
        expect([answer.status, answer.headers['access-control-allow-origin']], origin).to.deep.equal([
          403,
          undefined,
        ]);
      }
      expect((await post(site, null)).status).to.equal(404);
      expect((await post(site, `http://127.0.0.1:${site.port}`)).status).to.equal(404);
      expect((await post(site, `https://127.0.0.1:${site.port}`)).status, 'behind TLS').to.equal(404);
    }
  });

  it('cannot even sign a visitor out', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const headers = { origin: 'https://evil.example', cookie };
    const answer = await site.ask('/api/v1/session', { method: 'DELETE', headers });
    expect([answer.status, answer.headers['set-cookie']]).to.deep.equal([403, undefined]);
  });

  it('may where the configuration names their site, and browsers are told so', async () => {
    const cors = { origins: ['https://ops.example.org/'], credentials: true };
    await using site = await openSite({ tokens: TOKENS, cors });
    const origin = 'https://ops.example.org';
    const answer = await post(site, origin);
    expect(answer.status).to.equal(404);
    expect(answer.headers).to.include({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
    });
    const headers = { origin, 'access-control-request-method': 'POST' };
    const preflight = await site.ask(CANCEL, { method: 'OPTIONS', headers });
    expect(preflight.status).to.equal(204);
    expect(preflight.headers).to.include({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,HEAD,POST,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type',
    });
    const foreign = await site.ask(CANCEL, {
      method: 'OPTIONS',
      headers: { ...headers, origin: 'https://evil.example' },
    });
    expect(foreign.headers).to.not.have.property('access-control-allow-origin');
    expect((await post(site, 'https://evil.example')).status).to.equal(403);
  });

  it('are told nothing where the configuration names none', async () => {
    await using site = await openSite();
    const headers = { origin: 'https://ops.example.org', 'access-control-request-method': 'GET' };
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await site.ask('/api/v1/workflows', { method, headers });
      expect(answer.headers, method).to.not.have.property('access-control-allow-origin');
    }
  });
});

describe('a server that does not answer', () => {
  it('is Redis: what is on record is shown, and who wants something done is told to come back', async () => {
    await using proxy = await startProxy(testServers().redisUrl);
    await using plain = await openSite();
    const { desk } = plain;
    const id = await startFlow(desk, 1);
    await recordAll(desk);
    await using stack = new AsyncDisposableStack();
    const redis = stack.adopt(new Redis(proxy.url, { maxRetriesPerRequest: null }), (one) =>
      one.disconnect(),
    );
    redis.on('error', () => {});
    const eventLog = stack.adopt(createRedisEventLog({ redis, keys: desk.keys }), (one) => one.close());
    const hashes = createWorkflowHashes({ redis, keys: desk.keys });
    await using site = await openSite({ desk, eventLog, hashes });
    await redis.ping();
    proxy.set('cut');
    const shown = await site.ask(`/api/v1/workflows/${id}`);
    expect([shown.status, JSON.parse(shown.text).status]).to.deep.equal([200, 'running']);
    expect((await site.ask('/api/v1/approvals')).status).to.equal(200);
    const refused = await site.ask(`/api/v1/workflows/${id}/cancel`, posting({ reason: 'x' }));
    expect([refused.status, detailOf(refused)]).to.deep.equal([
      503,
      'a server behind this one does not answer; try again',
    ]);
  });

  it('keeps nobody waiting for ever', async () => {
    const listWorkflows = () => new Promise<never>(() => {});
    await using plain = await openSite();
    await using site = await openSite({
      desk: plain.desk,
      reader: { ...plain.desk.store.reader, listWorkflows },
    });
    const answer = await site.ask('/api/v1/workflows');
    expect([answer.status, detailOf(answer)]).to.deep.equal([
      503,
      'a server behind this one does not answer; try again',
    ]);
  });
});
