import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { commandRequest, refusal } from '../contract.ts';
import type { Workspace } from '../workspace.ts';
import { type GitWorld, git, gitWorld } from './testing/world.ts';

const path = process.env.PATH ?? '';
const shell = promisify(execFile);

function test(title: string, body: (workspace: Workspace, world: GitWorld) => Promise<void>): void {
  it(title, async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    await using workspace = await world.workspaces.open({
      key: 'hostile',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    await body(workspace, world);
  });
}

const exists = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );

/** A program that leaves a mark when anything runs it. */
async function trap(world: GitWorld): Promise<{ program: string; sprung: () => Promise<boolean> }> {
  const program = join(world.folder, 'trap');
  const mark = join(world.folder, 'sprung');
  await writeFile(program, `#!/bin/sh\ntouch '${mark}'\n`, { mode: 0o755 });
  return { program, sprung: () => exists(mark) };
}

/** Everything that makes our git look at the work tree. */
async function exercise(workspace: Workspace): Promise<void> {
  await workspace.run(commandRequest(['true']));
  await workspace.listFiles();
  await workspace.search('a');
  await workspace.writeFile('src/sum.js', 'changed\n');
  await workspace.commit({ message: 'Change', trailers: {} });
  await workspace.changeSince(workspace.startCommit);
  await workspace.findSecrets(workspace.startCommit);
  await workspace.push('main', workspace.startCommit);
}

describe('paths in a hostile checkout', () => {
  test('refuses symbolic links that lead out, as the file, as a folder on the way, and to nowhere', async (workspace, world) => {
    const outside = join(world.folder, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'file'), 'precious');
    await symlink(join(outside, 'file'), join(workspace.root, 'link'));
    await symlink(outside, join(workspace.root, 'folder'));
    await symlink(join(outside, 'absent'), join(workspace.root, 'dangling'));
    await symlink('loop', join(workspace.root, 'loop'));
    for (const name of ['link', 'folder/file', 'folder/new', 'folder/a/b', 'dangling', 'loop', 'loop/x']) {
      expect((await refusal(workspace.writeFile(name, 'harm'))).class, name).to.equal('validation');
      expect((await refusal(workspace.readFile(name))).class, name).to.equal('validation');
    }
    expect((await refusal(workspace.removeFile('folder/file'))).class).to.equal('validation');
    expect(await readFile(join(outside, 'file'), 'utf8')).to.equal('precious');
    expect(await exists(join(outside, 'absent'))).to.equal(false);
    expect(await exists(join(outside, 'new'))).to.equal(false);
    expect(await exists(join(outside, 'a'))).to.equal(false);
  });

  test('follows links that stay inside, and removes a link instead of what it points to', async (workspace, world) => {
    const outside = join(world.folder, 'outside');
    await writeFile(outside, 'precious');
    await symlink('src', join(workspace.root, 'source'));
    await symlink(outside, join(workspace.root, 'link'));
    await workspace.writeFile('source/sum.js', 'through the link\n');
    expect(await workspace.readFile('src/sum.js')).to.equal('through the link\n');
    await workspace.removeFile('link');
    expect(await workspace.listFiles()).not.to.include('link');
    expect(await readFile(outside, 'utf8')).to.equal('precious');
  });

  test('refuses a link into a git directory and named pipes, without hanging', async (workspace) => {
    await workspace.run(commandRequest(['git', 'init', '-q', '.']));
    await symlink('.git', join(workspace.root, 'dot'));
    await shell('mkfifo', [join(workspace.root, 'pipe')]);
    expect((await refusal(workspace.readFile('dot/config'))).code).to.equal('WORKSPACE_PATH_REFUSED');
    expect((await refusal(workspace.writeFile('dot/hooks/x', 'harm'))).code).to.equal(
      'WORKSPACE_PATH_REFUSED',
    );
    expect((await refusal(workspace.readFile('pipe'))).class).to.equal('validation');
    expect((await refusal(workspace.writeFile('pipe', 'x'))).class).to.equal('validation');
  });
});

describe('git in a hostile checkout', () => {
  test('holds no .git for a command to change, and hides repositories further up', async (workspace) => {
    expect(await exists(join(workspace.root, '.git'))).to.equal(false);
    const result = await workspace.run(commandRequest(['git', 'status']));
    expect(result.exitCode).to.equal(128);
    expect(result.output).to.contain('not a git repository');
  });

  test('runs nothing that a .git made in the tree configures', async (workspace, world) => {
    const { program, sprung } = await trap(world);
    const { root } = workspace;
    await git(root, ['init', '--quiet']);
    for (const key of [
      'core.fsmonitor',
      'filter.x.clean',
      'filter.x.smudge',
      'diff.x.command',
      'diff.x.textconv',
    ]) {
      await git(root, ['config', key, program]);
    }
    for (const hook of ['pre-commit', 'commit-msg', 'post-commit', 'pre-push', 'reference-transaction']) {
      await shell('cp', [program, join(root, '.git', 'hooks', hook)]);
    }
    await workspace.writeFile('.gitattributes', '* filter=x diff=x\n');
    await exercise(workspace);
    expect(await sprung()).to.equal(false);
    expect(await git(world.cloneUrl, ['ls-tree', '-r', '--name-only', 'main'])).not.to.contain('.git/');
    // The trap itself works: git that is not ours springs it.
    await git(root, ['status']);
    expect(await sprung()).to.equal(true);
  });

  test('runs nothing that a repository inside the tree configures, and refuses to commit it', async (workspace, world) => {
    const { program, sprung } = await trap(world);
    const inner = join(workspace.root, 'inner');
    await mkdir(inner);
    await git(inner, ['init', '--quiet']);
    await writeFile(join(inner, 'file'), 'x');
    await git(inner, ['add', '-A']);
    await git(inner, ['commit', '--quiet', '-m', 'inner']);
    await git(inner, ['config', 'core.fsmonitor', program]);
    const error = await refusal(workspace.commit({ message: 'Add', trailers: {} }));
    expect(error.code).to.equal('WORKSPACE_NESTED_REPOSITORY');
    expect(error.message).to.contain('"inner/"');
    expect(await workspace.listFiles()).not.to.include('inner/');
    expect(await sprung()).to.equal(false);
  });

  test('looks into no submodule that a command filled, and keeps its entry as it was', async (_, world) => {
    const { program, sprung } = await trap(world);
    const entry = `160000,${'1'.repeat(40)},module`;
    const somebody = await world.somebody();
    await git(somebody, ['update-index', '--add', '--cacheinfo', entry]);
    await git(somebody, ['commit', '--quiet', '-m', 'Add a module']);
    await git(somebody, ['push', '--quiet', 'origin', 'HEAD:refs/heads/main']);
    await using workspace = await world.workspaces.open({
      key: 'sub',
      cloneUrl: world.cloneUrl,
      branch: 'main',
    });
    const inner = join(workspace.root, 'module');
    await git(inner, ['init', '--quiet']);
    await writeFile(join(inner, 'file'), 'x');
    await git(inner, ['add', '-A']);
    await git(inner, ['commit', '--quiet', '-m', 'inner']);
    await git(inner, ['config', 'core.fsmonitor', program]);
    expect(await workspace.listFiles()).not.to.include('module');
    await exercise(workspace);
    expect(await sprung()).to.equal(false);
    expect(await git(world.cloneUrl, ['ls-tree', 'main', 'module'])).to.contain('1'.repeat(40));
    const { files } = await workspace.changeSince(workspace.startCommit);
    expect(files.map((file) => file.path)).to.deep.equal(['src/sum.js']);
  });

  test('takes no path for a submodule that only reads like one', async (workspace) => {
    const name = `:000000 160000 ${'0'.repeat(40)} A`;
    await workspace.writeFile(name, 'text\n');
    expect(await workspace.commit({ message: 'Add', trailers: {} })).not.to.equal(null);
    expect(await workspace.changedFiles()).to.deep.equal([name]);
  });

  test('shows and counts text that .gitattributes calls binary', async (workspace) => {
    await workspace.writeFile('.gitattributes', '* -diff binary\n');
    await workspace.writeFile('src/sum.js', 'one\ntwo\n');
    await workspace.commit({ message: 'Hide', trailers: {} });
    const { files, patch } = await workspace.changeSince(workspace.startCommit);
    expect(files).to.deep.include({ path: 'src/sum.js', additions: 2, deletions: 1 });
    expect(patch).to.contain('+two');
    expect(await workspace.search('two')).to.have.length(1);
  });

  test('commits a folder that became a link, a link that became a folder, and strange names', async (workspace, world) => {
    const { root } = workspace;
    const script = `rm -r src && ln -s ${world.folder} src && rm README.md && mkdir README.md && echo x > README.md/x`;
    await shell('sh', ['-c', script], { cwd: root });
    const bytes = Buffer.from([0x66, 0xff, 0xfe, 0x0a, 0x22, 0x09, 0x20]);
    await writeFile(Buffer.concat([Buffer.from(`${root}/`), bytes]), 'odd\n');
    await writeFile(join(root, '-rf'), 'dash\n');
    expect(await workspace.commit({ message: 'Twist', trailers: {} })).not.to.equal(null);
    expect(await workspace.commit({ message: 'Again', trailers: {} })).to.equal(null);
    await workspace.push('main', workspace.startCommit);
    const tree = await git(world.cloneUrl, ['ls-tree', '-r', '-z', '--name-only', 'main']);
    expect(tree.split('\0')).to.include.members(['README.md/x', 'src', '-rf']).and.have.length(6);
    expect(await git(world.cloneUrl, ['ls-tree', 'main', 'src'])).to.match(/^120000 blob/);
  });
});
