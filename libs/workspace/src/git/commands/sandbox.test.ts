import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { commandRequest, refusal } from '../../contract.ts';
import type { SandboxKind, Workspace } from '../../workspace.ts';
import { type GitWorld, gitWorld } from '../testing/world.ts';

const path = process.env.PATH ?? '';
const shell = promisify(execFile);

/** What this machine can do, asked apart from the code under test. */
async function expectedKind(): Promise<SandboxKind> {
  const walls = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-pid', '--unshare-net'];
  return shell('bwrap', [...walls, 'true']).then(
    () => 'bubblewrap' as const,
    () => 'none' as const,
  );
}

async function withWorkspace(
  body: (workspace: Workspace, world: GitWorld, kind: SandboxKind) => Promise<void>,
) {
  await using world = await gitWorld({ path, sandbox: 'auto' });
  await using workspace = await world.workspaces.open({
    key: 'box',
    cloneUrl: world.cloneUrl,
    branch: 'main',
  });
  await body(workspace, world, await expectedKind());
}

const script = (text: string, ...args: string[]) => commandRequest(['sh', '-c', text, 'sh', ...args]);

describe('the sandbox', () => {
  it('is reported as what this machine can do, and as none when it is turned off', async () => {
    await using on = await gitWorld({ path, sandbox: 'auto' });
    await using off = await gitWorld({ path, sandbox: 'none' });
    expect(on.workspaces.sandbox).to.equal(await expectedKind());
    expect(off.workspaces.sandbox).to.equal('none');
  });

  it('is none where bubblewrap is not on PATH', async () => {
    await using world = await gitWorld({ path: '/nonexistent:relative', sandbox: 'auto' });
    expect(world.workspaces.sandbox).to.equal('none');
  });

  it('keeps writes inside tree, home and temporary folder', async () => {
    await withWorkspace(async (workspace, world, kind) => {
      const outside = join(world.folder, 'outside');
      await workspace.run(script('echo in > inside && echo out > "$1"', outside));
      expect(await workspace.readFile('inside')).to.equal('in\n');
      expect(await readFile(outside, 'utf8').catch(() => 'nothing')).to.equal(
        kind === 'none' ? 'out\n' : 'nothing',
      );
      if (kind === 'none') return;
      const { exitCode } = await workspace.run(script(': > /usr/tamma-test'));
      expect(exitCode).not.to.equal(0);
    });
  });

  it('hides other checkouts, the git directory, homes and whatever lies elsewhere', async () => {
    await withWorkspace(async (workspace, world, kind) => {
      const secret = join(world.folder, 'data', 'secret');
      await mkdir(join(world.folder, 'data'));
      await writeFile(secret, 'precious');
      await using other = await world.workspaces.open({
        key: 'other',
        cloneUrl: world.cloneUrl,
        branch: 'main',
      });
      for (const place of [
        secret,
        join(other.root, 'README.md'),
        join(workspace.root, '../git/config'),
        '/etc/shadow',
      ]) {
        const { exitCode } = await workspace.run(script('test -e "$1"', place));
        expect(exitCode, place).to.equal(kind === 'none' ? 0 : 1);
      }
    });
  });

  it('hides what it is told to, also inside a place that may be read, and shows what it is told to', async () => {
    const kind = await expectedKind();
    await using outer = await gitWorld({ path, sandbox: 'none' });
    const tools = join(outer.folder, 'tools');
    await mkdir(join(tools, 'data'), { recursive: true });
    for (const file of ['tool', '.env', 'data/dump']) await writeFile(join(tools, file), 'text');
    const hidden = [join(tools, 'data'), join(tools, '.env'), join(tools, 'absent')];
    await using world = await gitWorld({ path, sandbox: 'auto', readable: [tools], hidden });
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    const { output } = await workspace.run(
      script('cd "$1"; for f in tool .env data/dump; do cat $f 2>&1; echo; done', tools),
    );
    const [tool, env, dump] = output.split('\n');
    expect(tool).to.equal('text');
    if (kind === 'none') expect([env, dump]).to.deep.equal(['text', 'text']);
    else expect([env, dump].join()).not.to.contain('text');
  });

  it('works in a checkout that lies beneath a hidden folder', async () => {
    await using outer = await gitWorld({ path, sandbox: 'none' });
    await using world = await gitWorld({ path, sandbox: 'auto', hidden: [outer.folder, '/tmp'] });
    await using workspace = await world.workspaces.open({
      key: 'k',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    const result = await workspace.run(script('cat README.md && node --version'));
    expect(result.output).to.contain('Adds numbers.').and.contain(process.version);
  });

  it('cuts the network', async () => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await withWorkspace(async (workspace, _, kind) => {
        const address = server.address();
        const port = typeof address === 'object' && address !== null ? address.port : 0;
        const connect = `require('net').connect(${port},'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(9))`;
        const { exitCode } = await workspace.run(commandRequest(['node', '-e', connect]));
        expect(exitCode).to.equal(kind === 'none' ? 0 : 9);
      });
    } finally {
      server.close();
    }
  });

  it('shows no process outside and no way to change the kernel', async () => {
    await withWorkspace(async (workspace, world, kind) => {
      if (kind === 'none') {
        expect(world.workspaces.sandbox).to.equal('none');
        return;
      }
      const { output } = await workspace.run(
        script('ls -d /proc/[0-9]* | wc -l; kill -0 "$1"', `${process.pid}`),
      );
      expect(Number(output.split('\n')[0])).to.be.lessThan(6);
      // Opened for appending with nothing to append: proves the access without using it.
      const opened = await workspace.run(script(': >> /proc/sys/kernel/core_pattern'));
      expect(opened.exitCode).not.to.equal(0);
      const rights = await workspace.run(commandRequest(['grep', 'CapEff', '/proc/self/status']));
      expect(rights.output).to.match(/CapEff:\s+0000000000000000/);
      const mounted = await workspace.run(script('umount /proc || mount -t tmpfs none /opt'));
      expect(mounted.exitCode).not.to.equal(0);
    });
  });

  it('says so when a program is there but not inside the walls', async () => {
    await withWorkspace(async (workspace, world, kind) => {
      const program = join(world.folder, 'tool');
      await writeFile(program, '#!/bin/sh\necho ran\n', { mode: 0o755 });
      if (kind === 'none') {
        expect((await workspace.run(commandRequest([program]))).output).to.equal('ran\n');
        return;
      }
      const error = await refusal(workspace.run(commandRequest([program])));
      expect(error.code).to.equal('WORKSPACE_PROGRAM_MISSING');
      expect(error.message).to.contain(program);
    });
  });

  it("gives the command's own exit code, also when its output looks like the sandbox's", async () => {
    await withWorkspace(async (workspace) => {
      const result = await workspace.run(script('echo "bwrap: execvp sh: No such file"; exit 1'));
      expect(result.exitCode).to.equal(1);
      expect((await workspace.run(script('exit 77'))).exitCode).to.equal(77);
    });
  });
});
