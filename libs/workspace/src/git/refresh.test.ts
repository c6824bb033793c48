import { access, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { commandRequest } from '../contract.ts';
import type { Workspace } from '../workspace.ts';
import { type GitWorld, git, gitWorld } from './testing/world.ts';

const path = process.env.PATH ?? '';

/** Paths whose contents git has to read at each look: `diff-files` goes by what the index knows of times alone. */
async function unsure({ root }: Workspace): Promise<readonly string[]> {
  const places = [`--git-dir=${join(root, '../git')}`, `--work-tree=${root}`];
  const said = await git(root, [...places, 'diff-files', '--name-only', '--ignore-submodules=all']);
  return said.split('\n').filter((line) => line !== '');
}

describe('the index after a command', () => {
  let world: GitWorld;
  let workspace: Workspace;
  beforeEach(async () => {
    world = await gitWorld({ path, sandbox: 'auto' });
    workspace = await world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch: 'main' });
  });
  afterEach(async () => {
    await workspace[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });
  const gitDir = () => join(workspace.root, '../git');
  const shell = (script: string) => workspace.run(commandRequest(['sh', '-c', script]));
  const TOUCH = 'find . -type f -exec touch -d 2001-02-03 {} +';

  it('knows the files that were merely touched, so that they are not read at every look', async () => {
    const before = await workspace.fingerprint();
    await shell(TOUCH);
    expect(await unsure(workspace)).to.deep.equal([]);
    expect(await workspace.fingerprint()).to.equal(before);
    expect((await readdir(gitDir())).filter((name) => name.startsWith('index'))).to.deep.equal(['index']);
  });

  it('still has what differs as a change', async () => {
    await shell('echo more >> README.md; echo new > new; exit 3');
    expect(await workspace.changedFiles()).to.deep.equal(['README.md', 'new']);
    await shell(TOUCH);
    expect(await unsure(workspace)).to.deep.equal(['README.md']);
    expect(await workspace.commit({ message: 'Both', trailers: {} })).not.to.equal(null);
    expect(await workspace.changedFiles()).to.deep.equal(['README.md', 'new']);
    expect(await unsure(workspace)).to.deep.equal([]);
  });

  it('is left alone while another command runs', async () => {
    const other = workspace.run(
      commandRequest(['sh', '-c', 'echo began; while ! test -e go; do sleep 0.02; done'], {
        onOutput: () => began.resolve(),
      }),
    );
    const began = Promise.withResolvers<void>();
    await began.promise;
    await shell(TOUCH);
    expect(await unsure(workspace)).not.to.deep.equal([]);
    await workspace.writeFile('go', '');
    await other;
    expect(await unsure(workspace)).to.deep.equal([]);
  });

  it('is locked for nobody by a git that was killed, and a lock that is there fails no command', async () => {
    await writeFile(join(gitDir(), 'index.lock'), '');
    expect((await shell(TOUCH)).exitCode).to.equal(0);
    expect(await unsure(workspace)).to.deep.equal([]);
    await access(join(gitDir(), 'index.lock'));
  });

  it('waits for nothing that lies in the tree, and looks into no repository there', async () => {
    const result = await shell(
      'rm README.md && mkfifo README.md && git init -q nested && rm -rf src && git init -q src; echo done',
    );
    expect(result.output).to.equal('done\n');
    expect(await workspace.listFiles()).to.include('README.md');
  });

  it('is no reason for a command to fail', async () => {
    await writeFile(join(gitDir(), 'index'), 'rubbish');
    expect((await shell('echo fine')).output).to.equal('fine\n');
  });
});
