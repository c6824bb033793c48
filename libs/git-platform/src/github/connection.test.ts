import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import type { GitHubConnectionOptions } from './access.ts';
import { askGitHub } from './ask-github.ts';
import type { GitHubClient } from './client.ts';
import { createGitHubConnection } from './connection.ts';
import type { CallReport } from './exchange.ts';
import { type ApiHandler, type ApiServer, answer, apiServer } from './testing/api-server.ts';

const TOKEN = 'ghp_hunter2';

function connect(server: ApiServer, options: Partial<GitHubConnectionOptions> = {}) {
  return createGitHubConnection({
    apiUrl: server.url,
    serverUrl: server.url,
    authentication: { kind: 'token', token: TOKEN },
    ...options,
  });
}

function clientOf(server: ApiServer, options: Partial<GitHubConnectionOptions> = {}): GitHubClient {
  return connect(server, options).clientOf({ repository: 'acme/till', account: 'shipbot' });
}

const readUser = ({ octokit }: GitHubClient) => askGitHub('ask', () => octokit.request('GET /user'));
const addLabel = ({ octokit }: GitHubClient) =>
  askGitHub('ask', () =>
    octokit.request('POST /repos/{owner}/{repo}/labels', { owner: 'acme', repo: 'till', name: 'x' }),
  );

const failingOnce =
  (fail: ApiHandler): ApiHandler =>
  (call, response, count) =>
    count === 1 ? fail(call, response, count) : answer(response, { json: { login: 'shipbot' } });

describe('connection to GitHub', () => {
  it('shows the token and a name, and counts each call by its route', async () => {
    const reports: CallReport[] = [];
    const headers = { 'x-ratelimit-remaining': '7', 'x-ratelimit-limit': '9', 'x-ratelimit-reset': '60' };
    await using server = await apiServer((_call, response) =>
      answer(response, { headers, json: { login: 'shipbot' } }),
    );
    expect(await connect(server, { onCall: (report) => reports.push(report) }).account()).to.equal('shipbot');
    expect(server.calls[0]?.headers).to.include({ authorization: `Bearer ${TOKEN}` });
    expect(server.calls[0]?.headers['user-agent']).to.match(/^tamma /);
    const limits = { resource: 'core', remaining: 7, limit: 9, resetAtMs: 60_000 };
    expect(reports).to.deep.equal([
      { method: 'GET', route: '/user', status: 200, fromCache: false, ...limits },
    ]);
  });

  it('asks again only whether something changed, and answers from what it has', async () => {
    const reports: CallReport[] = [];
    await using server = await apiServer((call, response) =>
      call.headers['if-none-match'] === '"one"'
        ? answer(response, { status: 304, headers: { 'x-ratelimit-remaining': '42' } })
        : answer(response, {
            headers: { etag: '"one"', link: '<x>; rel="next"' },
            json: { login: 'shipbot' },
          }),
    );
    const client = clientOf(server, { onCall: (report) => reports.push(report) });
    const [first, second] = [await readUser(client), await readUser(client)];
    expect(second.data).to.deep.equal(first.data);
    expect(second.status).to.equal(200);
    expect(second.headers).to.include({ link: '<x>; rel="next"', 'x-ratelimit-remaining': '42' });
    expect(reports.map(({ status, fromCache }) => [status, fromCache])).to.deep.equal([
      [200, false],
      [304, true],
    ]);
  });

  it('keeps calls at the same time apart, and a write from changing how reads are tried', async () => {
    const reports: CallReport[] = [];
    await using server = await apiServer((call, response, count) =>
      answer(response, { status: call.method === 'GET' && count === 1 ? 502 : 200 }),
    );
    const client = clientOf(server, { onCall: (report) => reports.push(report) });
    await Promise.all([addLabel(client), readUser(client), addLabel(client)]);
    const routes = reports.map(({ method, route, status }) => `${method} ${route} ${status}`);
    expect(routes.toSorted()).to.deep.equal([
      'GET /user 200',
      'GET /user 502',
      'POST /repos/{owner}/{repo}/labels 200',
      'POST /repos/{owner}/{repo}/labels 200',
    ]);
  });

  it('never repeats a write by itself, whatever becomes of it', async () => {
    await using server = await apiServer(
      failingOnce((_call, response) => {
        response.destroy();
      }),
    );
    const client = clientOf(server);
    expect(await refusalOf(addLabel(client))).to.include({ code: 'GITHUB_UNREACHABLE', class: 'network' });
    expect(server.calls).to.have.length(1);
  });

  it('lets nobody hold it: a server that says nothing, or never ends, is left', async () => {
    await using server = await apiServer((call, response) => {
      if (call.path === '/user')
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"login"');
    });
    // Enough for a request to arrive, however much the machine has to do.
    const client = clientOf(server, { timeoutMs: 1500 });
    expect(await refusalOf(readUser(client))).to.include({ code: 'GITHUB_TIMEOUT', class: 'network' });
    expect(await refusalOf(addLabel(client))).to.include({ code: 'GITHUB_TIMEOUT', class: 'network' });
    expect(server.calls).to.have.length(2);
  });

  it('believes no answer that is cut off, broken or a page for people', async () => {
    const answers: Record<string, ApiHandler> = {
      'no sound JSON': (_call, response) =>
        void response.setHeader('content-type', 'application/json').end('{"login'),
      'a page in HTML': (_call, response) =>
        void response.setHeader('content-type', 'text/html').end('<html>'),
    };
    for (const [words, handle] of Object.entries(answers)) {
      await using server = await apiServer(handle);
      const error = await refusalOf(addLabel(clientOf(server)));
      expect(error, words).to.include({ code: 'GITHUB_UNREADABLE', class: 'network' });
      expect(error.message).to.equal(`GitHub did not ask: its answer is ${words}`);
    }
    await using cutOff = await apiServer((_call, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' }).write('{}');
      response.destroy();
    });
    expect(await refusalOf(addLabel(clientOf(cutOff)))).to.include({ code: 'GITHUB_UNREACHABLE' });
  });

  it('asks for what to set when there is no credential', async () => {
    await using server = await apiServer((_call, response) => answer(response, {}));
    const error = await refusalOf(connect(server, { authentication: null }).account());
    expect(error).to.include({ code: 'GITHUB_TOKEN_MISSING', class: 'authentication' });
    expect(server.calls).to.deep.equal([]);
  });

  it('finds the account of a token that may not ask for its user', async () => {
    await using server = await apiServer((call, response) =>
      call.path === '/user'
        ? answer(response, { status: 403, json: { message: 'Resource not accessible by integration' } })
        : answer(response, { json: { data: { viewer: { login: 'actions[bot]' } } } }),
    );
    expect(await connect(server).account()).to.equal('actions[bot]');
  });

  it('asks an Enterprise Server below its own paths', async () => {
    await using server = await apiServer((_call, response) => answer(response, { json: { data: {} } }));
    const { octokit } = clientOf(server, { apiUrl: `${server.url}/api/v3` });
    await octokit.request('GET /user');
    await octokit.graphql('{ viewer { login } }');
    expect(server.routes()).to.deep.equal(['GET /api/v3/user', 'POST /api/graphql']);
  });

  it('shows its token in no error', async () => {
    for (const status of [301, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 451, 500, 503]) {
      await using server = await apiServer((_call, response) =>
        answer(response, { status, json: { message: 'no' } }),
      );
      const error = await refusalOf(addLabel(clientOf(server)));
      expect(error.code, String(status)).to.match(/^GITHUB_/);
      expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.to.contain('hunter2');
    }
  });
});

describe('limits of GitHub', () => {
  const limited = {
    status: 403,
    headers: { 'retry-after': '30' },
    json: { message: 'You have exceeded a secondary rate limit' },
  };

  it('are told, and kept to without asking again, until they are over', async () => {
    let nowMs = Date.now();
    await using server = await apiServer((_call, response, count) =>
      answer(response, count === 1 ? limited : {}),
    );
    const told: unknown[] = [];
    const client = clientOf(server, { now: () => nowMs, onRateLimit: (report) => told.push(report) });
    const first = await refusalOf(readUser(client));
    expect(first).to.include({ code: 'GITHUB_SECONDARY_LIMITED', class: 'rate-limit', retryAfterMs: 30_000 });
    expect(first.heldUntilMs).to.equal(undefined);
    const second = await refusalOf(addLabel(client));
    expect(second).to.include({ class: 'rate-limit', heldUntilMs: nowMs + 30_000 });
    expect(server.calls).to.have.length(1);
    expect(told).to.deep.equal([{ kind: 'secondary', retryAfterMs: 30_000, resource: '*', route: '/user' }]);
    nowMs += 30_001;
    expect((await readUser(client)).status).to.equal(200);
  });

  it('hold the kind of calls whose quota is used up, and no other', async () => {
    const reset = String(Math.ceil(Date.now() / 1000) + 600);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    await using server = await apiServer((call, response) =>
      call.path === '/user'
        ? answer(response, { status: 403, headers })
        : answer(response, { json: { data: {} } }),
    );
    const client = clientOf(server);
    expect(await refusalOf(readUser(client))).to.include({ code: 'GITHUB_RATE_LIMITED' });
    expect(await refusalOf(addLabel(client))).to.include({ code: 'GITHUB_RATE_LIMITED' });
    await client.octokit.graphql('{ viewer { login } }');
    expect(server.calls).to.have.length(2);
  });

  it('are waited for inside the call when they end soon, even by a write, which was refused', async () => {
    const soon = { ...limited, headers: { 'retry-after': '1' } };
    await using server = await apiServer((_call, response, count) =>
      answer(response, count === 1 ? soon : {}),
    );
    expect((await addLabel(clientOf(server))).status).to.equal(200);
    expect(server.calls).to.have.length(2);
  });

  it('are seen in what GraphQL calls a success', async () => {
    const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }];
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 600),
    };
    await using server = await apiServer((_call, response) =>
      answer(response, { headers, json: { data: null, errors } }),
    );
    const error = await refusalOf(
      askGitHub('ask', () => clientOf(server).octokit.graphql('{ viewer { login } }')),
    );
    expect(error).to.include({ code: 'GITHUB_RATE_LIMITED', class: 'rate-limit' });
    expect(error.retryAfterMs).to.be.greaterThan(500_000);
  });
});

describe('redirects of GitHub', () => {
  it('of a renamed repository are followed with the credential, a write as the write it was', async () => {
    await using server = await apiServer((call, response) =>
      call.path.startsWith('/repos/')
        ? answer(response, { status: 301, headers: { location: '/repositories/7/labels' } })
        : answer(response, { json: { id: 7 } }),
    );
    expect((await addLabel(clientOf(server))).data).to.deep.equal({ id: 7 });
    const [before, after] = server.calls;
    expect(after).to.include({ method: 'POST', path: '/repositories/7/labels', body: before?.body });
    expect(after?.headers.authorization).to.equal(`Bearer ${TOKEN}`);
  });

  it('of an issue that was moved to another repository take no write there', async () => {
    await using server = await apiServer((_call, response) =>
      answer(response, { status: 301, headers: { location: '/repositories/9/issues/3/comments' } }),
    );
    const client = clientOf(server);
    const comment = { owner: 'acme', repo: 'till', issue_number: 7, body: 'x' };
    const writing = askGitHub('ask', () => client.octokit.issues.createComment(comment));
    expect(await refusalOf(writing)).to.include({ code: 'GITHUB_MOVED', class: 'validation' });
    expect(server.calls).to.have.length(1);
  });

  it('to another host take no credential along, and no write', async () => {
    await using other = await apiServer((_call, response) => answer(response, {}));
    await using server = await apiServer((_call, response) =>
      answer(response, { status: 302, headers: { location: `${other.url}/file` } }),
    );
    const { octokit } = clientOf(server);
    await octokit.request('GET /log', { request: { parseSuccessResponseBody: false } });
    expect(other.calls[0]?.headers.authorization).to.equal(undefined);
    expect(await refusalOf(addLabel(clientOf(server)))).to.include({
      code: 'GITHUB_MOVED',
      class: 'validation',
    });
    expect(other.calls).to.have.length(1);
  });

  it('to another host are not followed for what is believed, nor to where nothing is encrypted', async () => {
    await using other = await apiServer((_call, response) =>
      answer(response, { json: { login: 'mallory' } }),
    );
    await using server = await apiServer((_call, response) =>
      answer(response, { status: 302, headers: { location: `${other.url}/user` } }),
    );
    expect(await refusalOf(readUser(clientOf(server)))).to.include({ code: 'GITHUB_MOVED' });
    expect(other.calls).to.deep.equal([]);
    const asked: string[] = [];
    const fetch = async (url: string | URL | Request) => {
      asked.push(String(url));
      return new Response(null, { status: 302, headers: { location: 'http://logs.test/blob' } });
    };
    const encrypted = clientOf(server, { apiUrl: 'https://api.github.test', fetch });
    const log = { request: { parseSuccessResponseBody: false } };
    const reading = askGitHub('ask', () => encrypted.octokit.request('GET /log', log));
    expect(await refusalOf(reading)).to.include({ code: 'GITHUB_MOVED' });
    expect(asked).to.deep.equal(['https://api.github.test/log']);
  });

  it('end somewhere', async () => {
    await using server = await apiServer((_call, response) =>
      answer(response, { status: 307, headers: { location: '/again' } }),
    );
    expect(await refusalOf(readUser(clientOf(server)))).to.include({ code: 'GITHUB_MOVED' });
    expect(server.calls).to.have.length(4);
  });

  it('hidden in the address of a next page lead nowhere else', async () => {
    await using other = await apiServer((_call, response) => answer(response, {}));
    await using server = await apiServer((_call, response) =>
      answer(response, { headers: { link: `<${other.url}/page>; rel="next"` }, json: [{}] }),
    );
    const { octokit } = clientOf(server);
    const reading = askGitHub('ask', () => octokit.paginate('GET /user/repos'));
    expect(await refusalOf(reading)).to.include({ code: 'GITHUB_MOVED' });
    expect(other.calls).to.deep.equal([]);
  });
});
