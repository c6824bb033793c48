import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { refusal } from '../contract.ts';
import { changedFiles, changesIn } from './changed-files.ts';
import { commitAll } from './commit.ts';
import { commitFiles } from './commit-files.ts';
import { fingerprint } from './fingerprint.ts';
import { type Git, gitAt } from './git.ts';
import { layoutAt, makeFolders } from './layout.ts';
import { listFiles } from './listing.ts';
import { readStatus } from './tree-status.ts';

const AUTHOR = { name: 'Tamma', email: 'tamma@example.test' };

/** A checkout with one commit and without a host, and the subcommands that ran on it. */
async function withTree(body: (tree: { git: Git; root: string; ran: string[] }) => Promise<void>) {
  await using folder = await testFolder();
  const layout = layoutAt(folder.path, 'checkout');
  await makeFolders(layout);
  const real = gitAt(layout, process.env.PATH ?? '');
  const ran: string[] = [];
  const run: Git['run'] = (args, options) => {
    ran.push(args[0] ?? '');
    return real.run(args, options);
  };
  const text: Git['text'] = (args, options) => {
    ran.push(args[0] ?? '');
    return real.text(args, options);
  };
  await real.run(['init', '--quiet', '--template=', '--initial-branch=main']);
  for (const name of ['a', 'b', 'c']) await writeFile(join(layout.tree, name), `${name}\n`);
  await real.run(['add', 'a', 'b', 'c']);
  const tree = await real.text(['write-tree']);
  const identity = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x', GIT_COMMITTER_NAME: 'x' };
  const env = { ...identity, GIT_COMMITTER_EMAIL: 'x' };
  await real.run(['update-ref', 'HEAD', await real.text(['commit-tree', tree, '-m', 'First'], { env })]);
  await body({ git: { ...real, run, text }, root: layout.tree, ran });
}

/** Leaves a path in the index with some sides of a conflict: what both come from, ours and theirs are 1, 2 and 3. */
async function conflict(git: Git, path: string, sides: readonly number[]): Promise<void> {
  const hash = await git.text(['rev-parse', `HEAD:${path}`]);
  const lines = sides.map((side) => `100644 ${hash} ${side}\t${path}\n`);
  const input = [`0 ${'0'.repeat(40)}\t${path}\n`, ...lines].join('');
  await git.run(['update-index', '--index-info'], { input });
}

async function pathsOf(git: Git, commit: string): Promise<readonly string[]> {
  return (await git.text(['ls-tree', '--name-only', commit])).split('\n');
}

function answering(stdout: string): Git {
  const answer = async () => ({ exitCode: 0, stdout: Buffer.from(stdout), stderr: '' });
  return { run: answer, text: async () => stdout, commits: new Set() };
}

const HEAD_LINE = `# branch.oid ${'a'.repeat(40)}\0`;

describe('the status of a tree', () => {
  it('takes one call of git, whatever is asked of the tree', () =>
    withTree(async ({ git, root, ran }) => {
      const { head } = await readStatus(git);
      await writeFile(join(root, 'a'), 'changed\n');
      await fingerprint(git, root);
      expect(await changedFiles(git, head)).to.deep.equal(['a']);
      expect(await listFiles(git, root)).to.deep.equal(['a', 'b', 'c']);
      expect(ran).to.deep.equal(['status', 'status', 'status', 'ls-files']);
    }));

  it('says what the tree, the index and the head have that the others have not', () =>
    withTree(async ({ git, root }) => {
      const at = (name: string) => join(root, name);
      await writeFile(at('new\n? x'), '');
      await rm(at('a'));
      await git.run(['rm', '--cached', '--quiet', 'b']);
      await writeFile(at('staged'), '');
      await git.run(['add', 'staged']);
      await rm(at('staged'));
      await writeFile(at('c'), 'other\n');
      await git.run(['add', 'c']);
      await writeFile(at('c'), 'again other\n');

      const changes = changesIn(await readStatus(git)).toSorted((x, y) => (x.path < y.path ? -1 : 1));

      expect(changes).to.deep.equal([
        { path: 'a', isGone: true },
        { path: 'b', isGone: false },
        { path: 'c', isGone: false },
        { path: 'new\n? x', isGone: false },
      ]);
    }));

  it('does not count a file that was merely touched, and writes nothing', () =>
    withTree(async ({ git, root }) => {
      const before = await fingerprint(git, root);
      await writeFile(join(root, 'a'), 'a\n');
      expect(changesIn(await readStatus(git))).to.deep.equal([]);
      expect(await Promise.all(Array.from({ length: 4 }, () => fingerprint(git, root)))).to.deep.equal(
        Array(4).fill(before),
      );
      expect(await commitAll(git, { message: 'Nothing', trailers: {} }, AUTHOR)).to.equal(null);
    }));

  it('reads paths in conflict, with blanks in their names', async () => {
    const entry = `u UU N... 100644 100644 100644 100644 ${'1 '.repeat(3)}a b`;
    const { entries } = await readStatus(answering(`${HEAD_LINE}${entry}\0`));
    expect(entries).to.deep.equal([{ path: 'a b', unstaged: 'U', inHead: true, inTree: true }]);
  });

  it('goes by whether a file in conflict is there, whichever side removed it', () =>
    withTree(async ({ git, root }) => {
      const { head } = await readStatus(git);
      for (const name of ['a', 'b']) await conflict(git, name, [1, 2]);
      await conflict(git, 'c', [1, 3]);
      await rm(join(root, 'b'));
      expect(changesIn(await readStatus(git))).to.have.deep.members([
        { path: 'a', isGone: false },
        { path: 'b', isGone: true },
        { path: 'c', isGone: false },
      ]);
      expect(await listFiles(git, root)).to.deep.equal(['a', 'c']);

      const commit = await commitAll(git, { message: 'Settle', trailers: {} }, AUTHOR);

      expect(await pathsOf(git, commit?.hash ?? '')).to.deep.equal(['a', 'c']);
      expect(await changedFiles(git, head)).to.deep.equal(['b']);
    }));

  it('commits the part of a conflict that is asked for', () =>
    withTree(async ({ git, root }) => {
      await conflict(git, 'a', [1, 2]);
      await writeFile(join(root, 'a'), 'settled\n');
      const place = { git, author: AUTHOR, folder: join(root, '../git') };
      const commit = await commitFiles(place, ['a'], { message: 'Settle', trailers: {} });
      expect(await git.text(['show', `${commit?.hash}:a`])).to.equal('settled');
      expect(changesIn(await readStatus(git))).to.deep.equal([]);
    }));

  it('names no file that was only announced to git and is not there', () =>
    withTree(async ({ git, root }) => {
      await writeFile(join(root, 'b'), '');
      const { hash = '' } = (await commitAll(git, { message: 'Empty', trailers: {} }, AUTHOR)) ?? {};
      await rm(join(root, 'b'));
      for (const name of ['gone', 'there']) await writeFile(join(root, name), `${name}\n`);
      await git.run(['add', '--intent-to-add', 'gone', 'there']);
      await rm(join(root, 'gone'));
      expect(await changedFiles(git, hash)).to.deep.equal(['b', 'there']);
      expect(await listFiles(git, root)).to.deep.equal(['a', 'c', 'there']);
      const commit = await commitAll(git, { message: 'Add', trailers: {} }, AUTHOR);
      expect(await pathsOf(git, commit?.hash ?? '')).to.deep.equal(['a', 'c', 'there']);
    }));

  it('lists what git was told not to look at while it is there', () =>
    withTree(async ({ git, root }) => {
      await git.run(['update-index', '--skip-worktree', 'a', 'b']);
      await rm(join(root, 'b'));
      expect(await listFiles(git, root)).to.deep.equal(['a', 'c']);
    }));

  it('is refused where git says nothing that can be read, or has no head', async () => {
    for (const [said, code] of [
      [`${HEAD_LINE}1 M. rubbish\0`, 'GIT_STATUS_UNREADABLE'],
      ['# branch.oid (initial)\0', 'GIT_HEAD_MISSING'],
      ['', 'GIT_HEAD_MISSING'],
    ] as const) {
      expect(await refusal(readStatus(answering(said)))).to.include({ code, class: 'system' });
    }
  });
});
