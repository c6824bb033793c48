import { execFile } from 'node:child_process';
import {
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import type { Workspace } from '../workspace.ts';
import { type GitWorld, gitWorld } from './testing/world.ts';

const path = process.env.PATH ?? '';
const run = promisify(execFile);
const PRECIOUS = 'precious\n';

interface Escape {
  readonly what: string;
  /** What is asked for. */
  readonly path: string | ((world: GitWorld, workspace: Workspace) => string);
  /** What a command of the project left in the tree before. */
  readonly prepare?: (world: GitWorld, workspace: Workspace) => Promise<unknown>;
}

const inTree = (workspace: Workspace, name: string) => join(workspace.root, name);
const linkTo = (target: (world: GitWorld, workspace: Workspace) => string, name: string) => ({
  prepare: (world: GitWorld, workspace: Workspace) =>
    symlink(target(world, workspace), inTree(workspace, name)),
});
const precious = (world: GitWorld) => join(world.folder, 'precious');

const ESCAPES: readonly Escape[] = [
  { what: 'a way up', path: '../../../precious' },
  { what: 'a way down and up', path: 'src/../../../../precious' },
  { what: 'a way up written twice over', path: './/.././../../precious' },
  { what: 'an absolute path', path: precious },
  { what: 'an absolute path with doubled slashes', path: (world) => `//${precious(world)}` },
  { what: 'the root of a process', path: (world) => `/proc/self/root${precious(world)}` },
  { what: 'a link to a file', path: 'link', ...linkTo(precious, 'link') },
  { what: 'a link to a folder', path: 'link/precious', ...linkTo((world) => world.folder, 'link') },
  { what: 'a relative link', path: 'link/precious', ...linkTo(() => '../../..', 'link') },
  {
    what: 'a link to a link',
    path: 'second/precious',
    prepare: async (_, workspace) => {
      await symlink('../../..', inTree(workspace, 'first'));
      await symlink('first', inTree(workspace, 'second'));
    },
  },
  {
    what: 'a link to the root of a process',
    path: 'link/etc/hostname',
    ...linkTo(() => '/proc/self/root', 'link'),
  },
  { what: 'a link to our own memory', path: 'link', ...linkTo(() => '/proc/self/environ', 'link') },
  { what: 'a link to itself', path: 'link', ...linkTo(() => 'link', 'link') },
  {
    what: 'a link to nowhere outside',
    path: 'link',
    ...linkTo((world) => join(world.folder, 'new'), 'link'),
  },
  { what: 'a link to a device', path: 'link', ...linkTo(() => '/dev/zero', 'link') },
  {
    what: 'a hard link',
    path: 'link',
    prepare: (world, workspace) => link(precious(world), inTree(workspace, 'link')),
  },
  {
    what: 'a named pipe that nobody reads or writes',
    path: 'pipe',
    prepare: (_, workspace) => run('mkfifo', [inTree(workspace, 'pipe')]),
  },
  { what: 'a git directory', path: '.git/hooks/pre-commit' },
  { what: 'the git directory of the checkout', path: '../git/config' },
  { what: 'a git directory in capitals', path: '.GIT/config' },
  { what: 'a git directory deeper down', path: 'src/.Git/config' },
  { what: 'a git directory with dots and blanks behind', path: '.git. ./config' },
  { what: 'a git directory by its short name', path: 'GIT~1/config' },
  { what: 'a git directory by a stream', path: '.git::$INDEX_ALLOCATION/config' },
  { what: 'a git directory with a character that cannot be seen', path: '.g\u200Cit/config' },
  { what: 'a git directory in wide characters', path: '\uFF0E\uFF47\uFF49\uFF54/config' },
  { what: 'a link to a git directory', path: 'link/config', ...linkTo(() => '../git', 'link') },
  { what: 'a NUL character', path: 'README.md\0.txt' },
  { what: 'a path longer than any', path: `${'a/'.repeat(3_000)}b` },
  { what: 'a name longer than any', path: 'a'.repeat(300) },
  { what: 'nothing', path: '' },
  { what: 'the tree itself', path: './' },
  { what: 'a file taken for a folder', path: 'README.md/x' },
  { what: 'a folder', path: 'src' },
];

describe('file tools that are led astray', () => {
  let world: GitWorld;
  let workspace: Workspace;
  before(async () => {
    world = await gitWorld({ path, sandbox: 'none' });
    await writeFile(precious(world), PRECIOUS);
    workspace = await world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch: 'main' });
  });
  afterEach(async () => {
    const left = ['link', 'first', 'second', 'pipe'].map((name) => inTree(workspace, name));
    for (const name of left) await rm(name, { force: true });
  });
  after(async () => {
    await workspace[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  for (const attempt of ESCAPES) {
    it(`neither read, write nor remove by ${attempt.what}`, async () => {
      await attempt.prepare?.(world, workspace);
      const asked = typeof attempt.path === 'string' ? attempt.path : attempt.path(world, workspace);

      await expectRefused(workspace.readFile(asked));
      await expectRefused(workspace.writeFile(asked, 'harm\n'));
      // Of a link or a pipe in the tree the name itself goes, and nothing else.
      await workspace.removeFile(asked).catch(requireOurs);

      expect(await readFile(precious(world), 'utf8')).to.equal(PRECIOUS);
      expect(await readFile(join(world.folder, 'new'), 'utf8').catch(() => 'none')).to.equal('none');
      expect(await readFile(join(workspace.root, '../git/config'), 'utf8')).not.to.contain('harm');
    });
  }

  it('hold against a folder that is swapped for a link again and again', async () => {
    const [folder, aside, trap] = ['swap', 'aside', 'trap'].map((name) => inTree(workspace, name));
    await mkdir(folder ?? '');
    await writeFile(join(folder ?? '', 'precious'), 'harmless\n');
    await symlink(world.folder, trap ?? '');
    let isOver = false;
    const swapping = swapUntil(() => isOver, { folder, aside, trap });
    for (let i = 0; i < 200; i += 1) {
      const text = await workspace.readFile('swap/precious').catch(requireOurs);
      expect(text).not.to.equal(PRECIOUS);
      await workspace.writeFile('swap/precious', 'harmless\n').catch(requireOurs);
      await workspace.writeFile('swap/new', 'harmless\n').catch(requireOurs);
      await workspace.writeFile('swap/made/new', 'harmless\n').catch(requireOurs);
    }
    isOver = true;
    await swapping;
    expect(await readFile(precious(world), 'utf8')).to.equal(PRECIOUS);
    expect(await readdir(world.folder)).to.have.members(['precious', 'remote.git', 'work']);
  });
});

interface Swap {
  readonly folder: string | undefined;
  readonly aside: string | undefined;
  readonly trap: string | undefined;
}

async function swapUntil(isOver: () => boolean, { folder = '', aside = '', trap = '' }: Swap): Promise<void> {
  while (!isOver()) {
    await rename(folder, aside);
    // While it is away a write may make the folder anew.
    if (
      await rename(trap, folder).then(
        () => true,
        () => false,
      )
    )
      await rename(folder, trap);
    await rename(aside, folder).catch(async () => {
      await unlink(join(folder, 'precious')).catch(() => undefined);
      if ((await lstat(folder)).isDirectory()) await run('rm', ['-rf', folder]);
      await rename(aside, folder);
    });
  }
}

async function expectRefused(action: Promise<unknown>): Promise<void> {
  const error = await action.then(
    () => 'it went well',
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(TammaError).with.property('class', 'validation');
}

function requireOurs(thrown: unknown): void {
  if (!(thrown instanceof TammaError)) throw thrown;
}
