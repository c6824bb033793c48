import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { commandRequest } from '../../contract.ts';
import type { Workspace } from '../../workspace.ts';
import { isRunning } from '../testing/running.ts';
import { gitWorld, type WorldOptions } from '../testing/world.ts';

const path = process.env.PATH ?? '';

for (const sandbox of ['none', 'auto'] as const) {
  describe(`commands that misbehave, sandbox: ${sandbox}`, () => misbehaving({ path, sandbox }));
}

function misbehaving(options: WorldOptions): void {
  const test = (title: string, body: (workspace: Workspace) => Promise<void>) =>
    it(title, async () => {
      await using world = await gitWorld(options);
      await using workspace = await world.workspaces.open({
        key: 'run',
        cloneUrl: world.cloneUrl,
        branch: 'main',
      });
      await body(workspace);
    });

  test('ends a background child that holds the output open', async (workspace) => {
    const word = uniqueName('sleeper');
    const script = `sh -c 'echo child; while :; do sleep 60; done # ${word}' & sleep 0.1; echo parent; exit 0`;
    const result = await workspace.run(commandRequest(['sh', '-c', script]));
    expect(result).to.include({ exitCode: 0, output: 'child\nparent\n' });
    expect(result.durationMs).to.be.lessThan(5_000);
    await eventually('the background child is gone', async () => !(await isRunning(word)));
  });

  test('ends a child that made a session of its own', async (workspace) => {
    const word = uniqueName('daemon');
    const script = `setsid sh -c 'while :; do sleep 60; done # ${word}' & sleep 0.1; exit 0`;
    const result = await workspace.run(commandRequest(['sh', '-c', script]));
    expect(result.durationMs).to.be.lessThan(5_000);
    await eventually('the daemon is gone', async () => !(await isRunning(word)));
  });

  test('ends a background child that cleared its environment', async (workspace) => {
    const word = uniqueName('cleared');
    const script = `env -i sh -c 'while :; do sleep 60; done # ${word}' & sleep 0.1; exit 0`;
    await workspace.run(commandRequest(['sh', '-c', script]));
    await eventually('the child is gone', async () => !(await isRunning(word)));
  });

  test('kills a command that ignores SIGTERM', async (workspace) => {
    const word = uniqueName('stubborn');
    const script = `trap '' TERM; while :; do sleep 0.1; done # ${word}`;
    const result = await workspace.run(commandRequest(['sh', '-c', script], { timeoutMs: 200 }));
    expect(result.timedOut).to.equal(true);
    expect(result.exitCode).to.equal(null);
    expect(result.durationMs).to.be.lessThan(6_000);
    await eventually('the command is gone', async () => !(await isRunning(word)));
  });

  test('does not grow with a command that prints endlessly', async (workspace) => {
    const before = process.memoryUsage().rss;
    const result = await workspace.run(commandRequest(['yes'], { timeoutMs: 2_000 }));
    expect(result.timedOut).to.equal(true);
    expect(result.output.length).to.be.within(60_000, 65_536);
    const missing = Number(/\[… (\d+) characters left out …\]/.exec(result.output)?.[1]);
    expect(missing).to.be.greaterThan(10_000_000);
    expect(process.memoryUsage().rss - before).to.be.lessThan(300 * 1024 * 1024);
  });

  test('shows a command nothing of our environment but PATH', async (workspace) => {
    process.env.TAMMA_TEST_SECRET = 'environment-secret';
    try {
      const { output } = await workspace.run(commandRequest(['env', '-0']));
      const names = output.split('\uFFFD').map((entry) => entry.split('=')[0]);
      expect(names).to.include.members(['PATH', 'HOME', 'TMPDIR', 'CI']);
      expect(output).not.to.contain('environment-secret').and.not.contain('REDIS');
      expect(new Set(names)).to.have.property('size').that.is.lessThan(14);
    } finally {
      delete process.env.TAMMA_TEST_SECRET;
    }
  });

  test('gives a command an empty home and a folder for temporary files outside the tree', async (workspace) => {
    const script =
      'ls -A "$HOME" "$TMPDIR" && touch "$HOME/a" "$TMPDIR/b" /tmp/"$0" && rm -f /tmp/"$0" && pwd';
    const { output, exitCode } = await workspace.run(commandRequest(['sh', '-c', script, uniqueName()]));
    expect(exitCode).to.equal(0);
    expect(output).to.match(/home:\n\n.*tmp:\n/);
    expect(await workspace.listFiles()).to.deep.equal(['.gitignore', 'README.md', 'src/sum.js']);
  });

  test('closes standard input', async (workspace) => {
    expect(await workspace.run(commandRequest(['cat']))).to.include({ exitCode: 0, output: '' });
  });

  test('finds node and npm', async (workspace) => {
    const { output, exitCode } = await workspace.run(
      commandRequest(['sh', '-c', 'node --version && npm --version']),
    );
    expect(exitCode, output).to.equal(0);
    expect(output).to.contain(process.version);
  });

  test('ends running commands when the checkout is disposed', async (workspace) => {
    const word = uniqueName('left');
    const script = `echo $$ > started; while :; do sleep 0.1; done # ${word}`;
    const running = workspace.run(commandRequest(['sh', '-c', script])).catch((error: unknown) => error);
    await eventually('the command runs', () => isRunning(word));
    await workspace[Symbol.asyncDispose]();
    expect(await running)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.contains('disposed');
    expect(await isRunning(word)).to.equal(false);
    expect(await readFile(join(workspace.root, 'started')).catch(() => 'gone')).to.equal('gone');
  });
}
