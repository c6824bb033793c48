import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { createGitHubConnection } from './connection.ts';
import { type ApiCall, type ApiServer, answer, apiServer } from './testing/api-server.ts';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const HOUR_MS = 3_600_000;

interface World extends AsyncDisposable {
  readonly server: ApiServer;
  readonly refused: Set<string>;
  nowMs: number;
  /** By how much GitHub's clock goes before ours. */
  aheadMs: number;
  rest(ms: number): void;
  connect(installationId?: number): ReturnType<typeof createGitHubConnection>;
}

/** An App whose tokens are `ghs_1`, `ghs_2`, …, each good for an hour unless it was taken back. */
async function appWorld(): Promise<World> {
  let made = 0;
  const refused = new Set<string>();
  const server = await apiServer((call, response) => {
    const { path } = call;
    if (path === '/app') return answer(response, { json: { slug: 'shipbot-app' } });
    if (path === '/repos/acme/till/installation') return answer(response, { json: { id: 7 } });
    if (path.endsWith('/installation'))
      return answer(response, { status: 404, json: { message: 'Not Found' } });
    if (path === '/app/installations/7/access_tokens') {
      made += 1;
      const serverMs = world.nowMs + world.aheadMs;
      const expires_at = new Date(serverMs + HOUR_MS).toISOString();
      return answer(response, {
        status: 201,
        headers: { date: new Date(serverMs).toUTCString() },
        json: { token: `ghs_${made}`, expires_at, permissions: { contents: 'write' } },
      });
    }
    return answer(response, {
      status: refused.has(tokenOf(call)) ? 401 : 200,
      json: { message: 'Bad credentials' },
    });
  });
  const world: World = {
    server,
    refused,
    nowMs: Date.now(),
    aheadMs: 0,
    rest: () => {},
    connect: (installationId) =>
      createGitHubConnection({
        apiUrl: server.url,
        serverUrl: server.url,
        authentication: { kind: 'app', appId: '42', privateKey, installationId: installationId ?? null },
        now: () => world.nowMs,
        pause: async (ms) => world.rest(ms),
      }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return world;
}

function tokenOf({ headers }: ApiCall): string {
  return (headers.authorization ?? '').replace('Bearer ', '');
}

const client = (world: World, connection = world.connect()) =>
  connection.clientOf({ repository: 'acme/till', account: 'shipbot-app[bot]' });

describe('a GitHub App', () => {
  it('is named as its comments are', async () => {
    await using world = await appWorld();
    expect(await world.connect().account()).to.equal('shipbot-app[bot]');
    expect(tokenOf(world.server.calls[0] ?? { method: '', path: '', headers: {}, body: '' })).to.match(/^ey/);
  });

  it('looks its installation up and makes one token for everybody who asks meanwhile', async () => {
    await using world = await appWorld();
    const { octokit } = client(world);
    await Promise.all([1, 2, 3].map(() => octokit.request('GET /meta')));
    expect(world.server.routes().filter((route) => route !== 'GET /meta')).to.deep.equal([
      'GET /repos/acme/till/installation',
      'POST /app/installations/7/access_tokens',
    ]);
    expect(world.server.calls.filter(({ path }) => path === '/meta').map(tokenOf)).to.deep.equal([
      'ghs_1',
      'ghs_1',
      'ghs_1',
    ]);
  });

  it('takes the installation that is named, and gives git the token', async () => {
    await using world = await appWorld();
    const connection = world.connect(7);
    expect(await connection.credential('acme/till')).to.deep.equal({
      username: 'x-access-token',
      password: 'ghs_1',
    });
    expect(await connection.grants('acme/other')).to.deep.equal({ contents: 'write' });
    expect(world.server.routes()).to.deep.equal(['POST /app/installations/7/access_tokens']);
  });

  it('renews a token before it lapses', async () => {
    await using world = await appWorld();
    const connection = world.connect(7);
    await connection.credential('acme/till');
    world.nowMs += HOUR_MS - 11 * 60_000;
    expect((await connection.credential('acme/till')).password).to.equal('ghs_1');
    world.nowMs += 2 * 60_000;
    expect((await connection.credential('acme/till')).password).to.equal('ghs_2');
  });

  it('renews it in time, and no sooner, whatever our own clock says', async () => {
    for (const aheadMs of [HOUR_MS, -HOUR_MS]) {
      await using world = await appWorld();
      world.aheadMs = aheadMs;
      const connection = world.connect(7);
      const shown = async () => (await connection.credential('acme/till')).password;
      expect(await shown()).to.equal('ghs_1');
      world.nowMs += HOUR_MS - 12 * 60_000;
      expect(await shown()).to.equal('ghs_1');
      world.nowMs += 3 * 60_000;
      expect(await shown()).to.equal('ghs_2');
    }
  });

  it('replaces a token that was taken back, once', async () => {
    await using world = await appWorld();
    const { octokit } = client(world);
    await octokit.request('GET /meta');
    world.refused.add('ghs_1');
    world.nowMs += 120_000;
    expect((await octokit.request('GET /meta')).status).to.equal(200);
    world.refused.add('ghs_2');
    world.nowMs += 10_000;
    const failed = await octokit.request('GET /meta').then(
      () => false,
      () => true,
    );
    expect(failed).to.equal(true);
    expect(world.server.calls.filter(({ path }) => path === '/meta').map(tokenOf)).to.deep.equal([
      'ghs_1',
      'ghs_1',
      'ghs_2',
      'ghs_2',
    ]);
  });

  it('shows a token again that GitHub does not know everywhere yet, and gives a refused one up', async () => {
    await using world = await appWorld();
    world.refused.add('ghs_1');
    const rests: number[] = [];
    world.rest = (ms) => {
      rests.push(ms);
      world.refused.clear();
    };
    const { octokit } = client(world);
    expect((await octokit.request('GET /meta')).status).to.equal(200);
    expect(rests).to.deep.equal([2000]);
    world.refused.add('ghs_1');
    world.nowMs += 6000;
    const failed = await octokit.request('GET /meta').catch(() => 'refused');
    expect([failed, rests.length]).to.deep.equal(['refused', 1]);
  });

  it('says where it has to be installed', async () => {
    await using world = await appWorld();
    const error = await refusalOf(world.connect().credential('acme/vault'));
    expect(error).to.include({ code: 'GITHUB_APP_NOT_INSTALLED', class: 'authentication' });
    expect(error.message).to.contain('acme/vault');
  });
});
