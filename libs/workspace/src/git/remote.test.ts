import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { commandRequest, refusal } from '../contract.ts';
import type { Workspace } from '../workspace.ts';
import { hideCredentials } from './git-failure.ts';
import { type HttpWorld, httpWorld } from './testing/http-world.ts';
import { gitWorld } from './testing/world.ts';

const shell = promisify(execFile);
const FIRST = { username: 'x-access-token', password: 'ghs_Wonder/and+secret=' };
const ENCODED = Buffer.from(`${FIRST.username}:${FIRST.password}`).toString('base64');
const SECRETS = [FIRST.password, ENCODED, encodeURIComponent(FIRST.password)];

function test(title: string, body: (world: HttpWorld) => Promise<void>): void {
  it(title, async () => {
    await using world = await httpWorld(process.env.PATH ?? '', FIRST);
    await body(world);
  });
}

async function change(workspace: Workspace): Promise<string> {
  await workspace.writeFile('new.txt', 'x');
  return (await workspace.commit({ message: 'Add', trailers: {} }))?.hash ?? '';
}

/** Command line or environment of every process, null for those that are gone or not ours. */
async function processes(what: 'cmdline' | 'environ'): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(pids.map((pid) => readFile(`/proc/${pid}/${what}`, 'utf8').catch(() => '')));
}

function expectNoSecret(text: string): void {
  for (const secret of SECRETS) expect(text).not.to.contain(secret);
}

describe('a repository behind a credential', () => {
  test('is fetched from and pushed to over HTTP', async (world) => {
    await using workspace = await world.workspaces.open(world.request);
    const commit = await change(workspace);
    expect(await workspace.push('main', workspace.startCommit)).to.deep.equal({ kind: 'pushed', commit });
    expect(await world.headOf('main')).to.equal(commit);
    expect(new Set(world.host.seen)).to.deep.equal(new Set([`Basic ${ENCODED}`]));
  });

  test('gets the credential of the moment, asked for anew at each call', async (world) => {
    await using workspace = await world.workspaces.open(world.request);
    expect(world.handedOut()).to.equal(1);
    world.renew('ghs_renewed');
    await workspace.forkPoint('main');
    await change(workspace);
    world.renew('ghs_renewed_again');
    expect((await workspace.push('main', workspace.startCommit)).kind).to.equal('pushed');
    expect(world.handedOut()).to.equal(3);
  });

  test('leaves no trace of it in the checkout, and shows it to no command', async (world) => {
    await using workspace = await world.workspaces.open(world.request);
    await change(workspace);
    await workspace.forkPoint('main');
    await workspace.push('main', workspace.startCommit);
    const { output } = await workspace.run(commandRequest(['sh', '-c', 'env; cat /proc/$$/environ']));
    expect(output).to.contain('CI=true');
    expectNoSecret(output);
    for (const secret of SECRETS) {
      const found = await shell('grep', ['-rlF', '-e', secret, dirname(workspace.root)]).catch(
        (error: { code: number }) => error.code,
      );
      expect(found).to.equal(1);
    }
  });

  test('shows it on no command line while git is at it', async (world) => {
    const looks: string[] = [];
    world.meet(async () => {
      looks.push((await processes('cmdline')).join('\n'));
      const environments = await processes('environ');
      // Git itself has it: the look would have found it where it is.
      expect(environments.some((one) => one.includes(ENCODED))).to.equal(true);
      return undefined;
    });
    await using workspace = await world.workspaces.open(world.request);
    await change(workspace);
    expect((await workspace.push('main', workspace.startCommit)).kind).to.equal('pushed');
    expect(looks).to.have.length.above(3);
    for (const look of looks) {
      expect(look).to.contain(world.request.cloneUrl);
      expectNoSecret(look);
    }
  });

  test('sends it to no other host that a redirect leads to', async (world) => {
    const stolen: unknown[] = [];
    const thief = createServer((request, response) => {
      stolen.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => thief.listen(0, '127.0.0.1', resolve));
    const address = thief.address();
    const port = typeof address === 'object' ? address?.port : 0;
    world.meet(async ({ url }) => ({
      status: 302,
      headers: { location: `http://127.0.0.1:${port}${url}` },
    }));
    const error = await refusal(world.workspaces.open(world.request));
    expect(error).to.include({ code: 'GIT_REDIRECTED', class: 'validation' });
    expect(stolen).to.deep.equal([]);
    await new Promise((resolve) => thief.close(resolve));
  });

  it('looks for authorities where it is told to', async () => {
    const certificates = { GIT_SSL_CAINFO: ['/absent/authorities.pem'] };
    await using world = await gitWorld({ path: process.env.PATH ?? '', sandbox: 'none', certificates });
    const host = createServer().listen(0, '127.0.0.1');
    await once(host, 'listening');
    const address = host.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const error = await refusal(
      world.workspaces.open({ key: 'k', cloneUrl: `https://127.0.0.1:${port}/a.git`, branch: 'main' }),
    );
    // Each library for TLS has words of its own for it.
    expect(error.message).to.match(/CA cert|CAfile|trust file/);
    await new Promise((resolve) => host.close(resolve));
  });

  test('calls a wrong credential by its name, and none at all', async (world) => {
    const { readCredential: _, ...open } = world.request;
    for (const readCredential of [async () => ({ ...FIRST, password: 'wrong' }), async () => null]) {
      const error = await refusal(world.workspaces.open({ ...open, readCredential }));
      expect(error).to.include({ code: 'GIT_AUTHENTICATION', class: 'authentication' });
      expect(error.message).not.to.contain('wrong');
    }
    expect((await refusal(world.workspaces.open(open))).class).to.equal('authentication');
  });

  test('fails as asking for the credential failed', async (world) => {
    const reason = new Error('the App was removed');
    const request = { ...world.request, readCredential: () => Promise.reject(reason) };
    expect(await world.workspaces.open(request).catch((error: unknown) => error)).to.equal(reason);
    expect(await readdir(world.root)).to.deep.equal([]);
  });

  test('hides it where the host repeats it', async (world) => {
    await using workspace = await world.workspaces.open(world.request);
    await change(workspace);
    const body = `${SECRETS.join(' ')} authorization: bearer abc`;
    world.meet(async () => ({ status: 403, body }));
    const error = await refusal(workspace.push('main', workspace.startCommit));
    expect(error.class).to.equal('authentication');
    expect(error.message).to.contain('*** *** *** authorization: ***');
    expectNoSecret(error.message);
    world.meet(async () => ({ status: 403, body: `GH006: ${body}` }));
    expectNoSecret(JSON.stringify(await workspace.push('main', workspace.startCommit)));
  });
});

describe('a host that does not do what it is asked', () => {
  const answers = [
    { status: 403, body: 'GH006: Protected branch update failed for refs/heads/main.' },
    { status: 403, body: 'error: GH013: Repository rule violations found for refs/heads/main.' },
  ];
  for (const answer of answers) {
    test(`refused the push when it says "${answer.body.slice(0, 30)}…"`, async (world) => {
      await using workspace = await world.workspaces.open(world.request);
      await change(workspace);
      world.meet(async () => answer);
      const result = await workspace.push('main', workspace.startCommit);
      expect(result.kind).to.equal('refused');
      expect(result).to.have.property('detail').that.contains(answer.body);
    });
  }

  const failures = [
    [403, 'This repository was archived so it is read-only.', 'GIT_REPOSITORY_ARCHIVED', 'validation'],
    [403, 'Write access to repository not granted.', 'GIT_AUTHENTICATION', 'authentication'],
    [404, 'Repository not found.', 'GIT_REPOSITORY_MISSING', 'validation'],
    [429, 'Slow down.', 'GIT_NETWORK', 'network'],
    [500, '<html>', 'GIT_NETWORK', 'network'],
    [200, '{"broken', 'GIT_NETWORK', 'network'],
  ] as const;
  for (const [status, body, code, kind] of failures) {
    test(`is told as ${code} when it answers ${status} ${body}`, async (world) => {
      await using workspace = await world.workspaces.open(world.request);
      await change(workspace);
      const headers =
        status === 200 ? { 'content-type': 'application/x-git-receive-pack-advertisement' } : {};
      world.meet(async () => ({ status, body, headers }));
      const error = await refusal(workspace.push('main', workspace.startCommit));
      expect(error).to.include({ code, class: kind });
    });
  }
});

describe('hidden credentials', () => {
  it('are those that are known, those in URLs and those in headers', () => {
    expect(hideCredentials('a ghp_x b https://me:ghp_x@host/p http://tok@h', ['ghp_x', ''])).to.equal(
      'a *** b https://***@host/p http://***@h',
    );
    expect(hideCredentials('> Authorization: Basic abc=\n> next\nproxy-authorization:  x')).to.equal(
      '> Authorization: ***\n> next\nproxy-authorization:  ***',
    );
  });
});
