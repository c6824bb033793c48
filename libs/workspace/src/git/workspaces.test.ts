import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { commandRequest, refusal } from '../contract.ts';
import { layoutAt, safeKey } from './layout.ts';
import { isOwnerGone, recordOwner } from './owner.ts';
import { type GitWorld, git, gitWorld } from './testing/world.ts';

const path = process.env.PATH ?? '';
const NOBODY = 65534;

interface Other {
  readonly pid: number;
  /** Roots of the checkouts it opened, one a line. */
  readonly output: () => string;
  readonly kill: () => Promise<void>;
}

/** Another process that opens a checkout of the world; as nobody when we are root and it is asked for. */
function otherProcess(world: GitWorld, mode: 'hold' | 'dispose', uid?: number): Other {
  const file = join(import.meta.dirname, 'testing', 'open-checkout.ts');
  const identity = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [file, world.root, world.cloneUrl, mode, path], {
    env: { PATH: path },
    stdio: ['ignore', 'pipe', 'inherit'],
    ...identity,
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    output: () => said,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const entries = (world: GitWorld) => readdir(world.root);

describe('folders of checkouts', () => {
  it('are gone after disposal, and after an opening that failed', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    const request = { key: 'wf/1', cloneUrl: world.cloneUrl };
    const workspace = await world.workspaces.open({ ...request, branch: 'main' });
    expect(await entries(world)).to.have.length(2);
    await workspace[Symbol.asyncDispose]();
    await workspace[Symbol.asyncDispose]();
    await refusal(world.workspaces.open({ ...request, branch: 'missing' }));
    expect(await entries(world)).to.deep.equal([]);
  });

  it('are for their owner only', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    await using _ = await world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch: 'main' });
    for (const name of (await entries(world)).filter((entry) => !entry.endsWith('.json'))) {
      expect((await stat(join(world.root, name))).mode & 0o777).to.equal(0o700);
    }
  });

  it('go although a command left a tree deeper than the longest path', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    const script =
      'n=$(printf %0200d 0); i=0; while [ $i -lt 40 ]; do mkdir $n && cd -P $n; i=$((i+1)); done';
    expect((await workspace.run(commandRequest(['sh', '-c', script]))).exitCode).to.equal(0);
    await workspace[Symbol.asyncDispose]();
    expect(await entries(world)).to.deep.equal([]);
  });

  it('go although a command left folders without permissions, for a user whom they bind', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    const uid = await opened(world);
    const other = otherProcess(world, 'dispose', uid);
    await eventually('the other process has disposed its checkout', () =>
      other.output().includes('disposed'),
    );
    await other.kill();
    expect(await entries(world)).to.deep.equal([]);
  });

  it('are swept when their process was killed, once, and not before', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    await using mine = await world.workspaces.open({ key: 'mine', cloneUrl: world.cloneUrl, branch: 'main' });
    const other = otherProcess(world, 'hold');
    await eventually('the other process has a checkout', () => other.output().includes('opened'));
    expect(await world.workspaces.sweep()).to.equal(0);
    expect(await entries(world)).to.have.length(4);
    await other.kill();
    const counts = await Promise.all([world.workspaces.sweep(), world.workspaces.sweep()]);
    expect(counts.sort()).to.deep.equal([0, 1]);
    expect(await entries(world)).to.have.length(2);
    expect(await mine.readFile('README.md')).to.contain('Adds numbers');
  });

  it('are swept when a later process has the same number, and by age when the owner cannot be looked up', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    const file = layoutAt(world.root, 'someone').ownerFile;
    await recordOwner(file);
    expect(await isOwnerGone(file, Date.now() + 1e12)).to.equal(false);
    const later = JSON.stringify({ pid: process.pid, startedAt: '1', scope: 'elsewhere' });
    for (const text of [later, 'rubbish', '{"pid":1}', '']) {
      await writeFile(file, text);
      expect(await world.workspaces.sweep(), text).to.equal(0);
      const twoDaysAgo = new Date(Date.now() - 48 * 3600 * 1000);
      await utimes(file, twoDaysAgo, twoDaysAgo);
      expect(await world.workspaces.sweep(), text).to.equal(1);
      await recordOwner(file);
    }
    const reused = (await readFile(file, 'utf8')).replace(/"startedAt":"\d+"/, '"startedAt":"1"');
    await writeFile(file, reused);
    expect(await world.workspaces.sweep()).to.equal(1);
  });

  it('have names that are one safe segment and stay apart', () => {
    expect(safeKey('wf-1.code_2')).to.equal('wf-1.code_2');
    expect(safeKey('a/b')).to.match(/^a_b-[0-9a-f]{8}$/);
    expect(safeKey('a:b')).not.to.equal(safeKey('a/b'));
    for (const key of ['', '..', '.', '../../etc', 'x'.repeat(500), 'a\0b', 'ü']) {
      expect(safeKey(key)).to.match(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$/);
    }
  });
});

/** Lets nobody use the world when we are root, whom permissions do not bind. */
async function opened(world: GitWorld): Promise<number | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  await chmod(world.folder, 0o755);
  await chown(world.root, NOBODY, NOBODY);
  return NOBODY;
}

describe('opening', () => {
  it('reads a repository that belongs to another user', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    if (process.getuid?.() === 0) await chown(world.cloneUrl, NOBODY, NOBODY);
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    await workspace.writeFile('new.txt', 'x');
    await workspace.commit({ message: 'Add', trailers: {} });
    expect((await workspace.push('main', workspace.startCommit)).kind).to.equal('pushed');
  });

  it('calls a server that does not answer network trouble, and shows no credential', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    for (const cloneUrl of ['git://127.0.0.1:1/x.git', 'http://name:hunter2@127.0.0.1:1/x.git']) {
      const error = await refusal(world.workspaces.open({ key: 'k', cloneUrl, branch: 'main' }));
      expect(error.class, error.message).to.equal('network');
      expect(JSON.stringify(error) + error.message + String(error.cause)).not.to.contain('hunter2');
    }
  });

  it('runs no program that a URL names', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    const mark = join(world.folder, 'ran');
    const error = await refusal(
      world.workspaces.open({ key: 'k', cloneUrl: `ext::touch ${mark}`, branch: 'main' }),
    );
    expect(error.message).to.contain('not allowed');
    expect(await stat(mark).catch(() => 'absent')).to.equal('absent');
  });

  it('has the whole history of the branch and nothing of others', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    const first = await world.headOf('main');
    await world.commitElsewhere('main', { 'second.txt': 'x' });
    const hidden = await world.commitElsewhere('other', { 'other.txt': 'x' });
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    expect(await workspace.commitsSince(first)).to.have.length(1);
    expect((await refusal(workspace.commitsSince(hidden))).code).to.equal('GIT_COMMIT_MISSING');
  });

  it('tells a refused push by a hook of the repository, with what the hook said', async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    await mkdir(join(world.cloneUrl, 'hooks'), { recursive: true });
    const hook = '#!/bin/sh\necho "main is protected" >&2\nexit 1\n';
    await writeFile(join(world.cloneUrl, 'hooks', 'pre-receive'), hook, { mode: 0o755 });
    await workspace.writeFile('new.txt', 'x');
    await workspace.commit({ message: 'Add', trailers: {} });
    const result = await workspace.push('main', workspace.startCommit);
    expect(result.kind).to.equal('refused');
    expect(result).to.have.property('detail').that.contains('main is protected');
    expect(await git(world.cloneUrl, ['rev-parse', 'main'])).to.equal(workspace.startCommit);
  });
});
