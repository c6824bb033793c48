import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { refusal } from '../contract.ts';
import { changedFiles, changesIn } from './changed-files.ts';
import { commitAll } from './commit.ts';
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
      expect(await listFiles(git)).to.deep.equal(['a', 'b', 'c']);
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
    expect(entries).to.deep.equal([{ path: 'a b', staged: 'U', unstaged: 'U' }]);
  });

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
