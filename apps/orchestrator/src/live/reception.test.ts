import { request } from 'node:http';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import type { Access } from '../access.ts';
import type { ClientOptions } from './testing/live-client.ts';
import { type LiveSite, openLiveSite } from './testing/live-site.ts';

const TOKEN = 'a-token-that-nobody-guesses';
const ACCESS: Access = {
  mode: 'token',
  identify: ({ token, authorization, cookie }) => {
    const shown = token ?? authorization?.replace('Bearer ', '') ?? cookie?.replace('tamma-session=', '');
    if (shown === 'nobody') return { name: 'nobody', roles: [] };
    return shown === TOKEN ? { name: 'ada', roles: ['viewer'] } : null;
  },
};

async function refusalOf(site: LiveSite, options: ClientOptions = {}): Promise<string> {
  const client = await site.connect(options);
  const answer = await eventually('an answer', () => client.refusals[0] ?? client.all('connected')[0]?.type);
  if (answer === 'connected') client.close();
  else await eventually('it is closed', () => !client.socket.connected && !client.socket.active);
  return answer;
}

/** What a plain handshake is answered, before any socket. */
function handshake(port: number, headers: Record<string, string>, query = 'EIO=4&transport=websocket') {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const sent = request({ port, path: `/socket.io/?${query}`, headers: { ...UPGRADE, ...headers } });
  sent.on('upgrade', (response, socket) => {
    socket.destroy();
    resolve({ status: response.statusCode ?? 0, text: '' });
  });
  sent.on('response', (response) => {
    let text = '';
    response.on('data', (chunk) => {
      text += chunk;
    });
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
  });
  sent.on('error', reject);
  sent.end();
  return promise;
}

const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

describe('live, at the door', () => {
  it('lets in who shows a token: by itself, as a header, as a cookie', async () => {
    await using site = await openLiveSite({ access: ACCESS });
    expect(await refusalOf(site, { auth: { token: TOKEN } })).to.equal('connected');
    expect(await refusalOf(site, { extraHeaders: { Authorization: `Bearer ${TOKEN}` } })).to.equal(
      'connected',
    );
    expect(await refusalOf(site, { extraHeaders: { Cookie: `tamma-session=${TOKEN}` } })).to.equal(
      'connected',
    );
    await eventually('all have gone', async () =>
      (await site.metrics.render()).includes('tamma_live_sockets 0'),
    );
    expect(site.lines.filter((line) => line.includes('"name":"ada"'))).to.have.length(6);
    expect(site.lines.join('')).to.not.contain(TOKEN);
  });

  it('refuses the others with a word, and shows no token in the log', async () => {
    await using site = await openLiveSite({ access: ACCESS });
    expect(await refusalOf(site)).to.equal('this needs a token: give it as auth.token');
    for (const token of ['wrong-secret', '', 'x'.repeat(5000)]) {
      expect(await refusalOf(site, { auth: { token } })).to.equal('this token is not one of ours');
    }
    for (const token of [null, 7, { $ne: '' }, [TOKEN]]) {
      expect(await refusalOf(site, { auth: { token } })).to.equal(
        'this needs a token: give it as auth.token',
      );
    }
    expect(await refusalOf(site, { auth: { token: 'nobody' } })).to.equal('nobody has no role here');
    expect(site.lines.filter((line) => line.includes('socket refused'))).to.have.length(9);
    expect(site.lines.join('')).to.not.match(/wrong-secret|xxxxx/);
  });

  it('keeps out pages of other sites, whatever cookie they bring', async () => {
    await using site = await openLiveSite({ access: ACCESS, origins: ['https://ops.example.org'] });
    const statusOf = async (headers: Record<string, string>) => (await handshake(site.port, headers)).status;
    const own = `127.0.0.1:${site.port}`;
    expect(await statusOf({ host: own })).to.equal(101);
    expect(await statusOf({ host: own, origin: `http://${own}` })).to.equal(101);
    expect(await statusOf({ host: 'tamma.example', origin: 'https://tamma.example' })).to.equal(101);
    expect(await statusOf({ host: own, origin: 'https://ops.example.org' })).to.equal(101);
    for (const origin of [
      'https://evil.example',
      `http://${own}.evil.example`,
      'null',
      'http://localhost',
      '%%',
    ]) {
      expect(await statusOf({ host: own, origin }), origin).to.equal(400);
    }
    const { text } = await handshake(site.port, { host: own, origin: 'https://evil.example' });
    expect(text).to.equal('pages of other sites may not connect; name the site in server.cors.origins');
  });

  it('answers to localhost only while there are no tokens', async () => {
    await using site = await openLiveSite();
    const statusOf = async (host: string, origin = `http://${host}`) =>
      (await handshake(site.port, { host, origin })).status;
    expect(await statusOf('localhost:3000')).to.equal(101);
    expect(await statusOf('[::1]:3000')).to.equal(101);
    expect(await statusOf('rebound.example')).to.equal(400);
    expect(await statusOf('127.0.0.1.example.org')).to.equal(400);
    expect(await statusOf('localhost:3000', 'http://rebound.example')).to.equal(400);
  });

  it('speaks WebSocket only', async () => {
    await using site = await openLiveSite();
    const own = { host: 'localhost' };
    const polled = await handshake(
      site.port,
      { ...own, Connection: 'close', Upgrade: '' },
      'EIO=4&transport=polling',
    );
    expect(polled.status).to.equal(400);
    expect(polled.text).to.contain('Transport unknown');
  });

  it('takes no more clients than it can bear, and says so', async () => {
    await using site = await openLiveSite({ limits: { socketsMax: 2 } });
    const first = await site.connect();
    await first.first('connected');
    await (await site.connect()).first('connected');
    expect(await refusalOf(site)).to.equal('2 clients are connected already; try again later');
    first.close();
    await eventually('there is room', async () =>
      (await site.metrics.render()).includes('tamma_live_sockets 1'),
    );
    expect(await refusalOf(site)).to.equal('connected');
  });

  it('forgets who connects and never says who it is', async () => {
    await using site = await openLiveSite({ limits: { closeGraceMs: 50, signInMs: 100 } });
    const sent = request({
      port: site.port,
      path: '/socket.io/?EIO=4&transport=websocket',
      headers: UPGRADE,
    });
    const closed = Promise.withResolvers<void>();
    sent.on('upgrade', (_response, socket) => {
      socket.on('close', () => closed.resolve());
      socket.on('error', () => {});
      socket.resume();
    });
    sent.end();
    await closed.promise;
  });
});
