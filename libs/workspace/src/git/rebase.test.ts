import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { refusal } from '../contract.ts';
import type { Workspace } from '../workspace.ts';
import { type GitWorld, git, gitWorld } from './testing/world.ts';

const path = process.env.PATH ?? '';

interface Scene {
  readonly world: GitWorld;
  /** Git in a clone where somebody works. */
  readonly theirs: (...args: string[]) => Promise<string>;
  /** Somebody writes a file and commits it where they are. */
  readonly commit: (file: string, text: string) => Promise<string>;
  readonly open: (branch: string) => Promise<Workspace>;
}

function test(title: string, body: (scene: Scene) => Promise<void>): void {
  it(title, async () => {
    await using world = await gitWorld({ path, sandbox: 'none' });
    const clone = await world.somebody();
    const theirs = (...args: string[]) => git(clone, args);
    const commit = async (file: string, text: string) => {
      await writeFile(join(clone, file), text);
      await theirs('add', '-A');
      await theirs('commit', '--quiet', '-m', `Write ${file}`);
      return theirs('rev-parse', 'HEAD');
    };
    const open = (branch: string) => world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch });
    await body({ world, theirs, commit, open });
  });
}

const lines = (...texts: string[]) => `${texts.join('\n')}\n`;

describe('putting a branch onto its base', () => {
  test('keeps author, date and message byte for byte, and drops a signature', async ({
    theirs,
    commit,
    open,
  }) => {
    await theirs('switch', '-qc', 'work');
    await commit('a', 'a');
    const header = (await theirs('cat-file', 'commit', 'HEAD')).split('\n').slice(0, 2).join('\n');
    const author = 'Z\u00fcr <> 1234567890 -0330';
    const signed = 'encoding ISO-8859-1\ngpgsig -----BEGIN\n \n -----END';
    const raw = Buffer.from(
      `${header}\nauthor ${author}\ncommitter x <x> 5 +0000\n${signed}\n\nGr\u00fcn  \n\n\ntwo\n# no comment`,
      'latin1',
    );
    const file = join(await theirs('rev-parse', '--absolute-git-dir'), 'raw');
    await writeFile(file, raw);
    await theirs('reset', '-q', '--hard', await theirs('hash-object', '-t', 'commit', '-w', file));
    await theirs('push', '-q', 'origin', 'work');
    await theirs('switch', '-q', 'main');
    await commit('b', 'b');
    await theirs('push', '-q', 'origin', 'main');
    await using workspace = await open('work');
    expect((await workspace.rebase('main')).kind).to.equal('rebased');
    expect((await workspace.push('work', workspace.startCommit)).kind).to.equal('pushed');
    await theirs('fetch', '-q', 'origin', 'work');
    const copy = await theirs('-c', 'i18n.logOutputEncoding=UTF-8', 'cat-file', 'commit', 'FETCH_HEAD');
    expect(copy).not.to.contain('gpgsig').and.not.to.contain('-----END');
    expect(copy).to.contain('1234567890 -0330').and.contain('encoding ISO-8859-1\n\n');
    expect(copy).to.contain('committer Tamma <tamma@example.test> ');
    expect(await theirs('log', '-1', '--format=%an|%B', 'FETCH_HEAD')).to.equal(
      'Zür|Grün  \n\n\ntwo\n# no comment',
    );
  });

  test('flattens merges of the base, and keeps what was resolved in them', async ({
    theirs,
    commit,
    open,
  }) => {
    await commit('f', lines('1', '2', '3'));
    await theirs('switch', '-qc', 'work');
    await commit('f', lines('1', 'ours', '3'));
    await theirs('switch', '-q', 'main');
    await commit('f', lines('1', 'theirs', '3'));
    await theirs('switch', '-q', 'work');
    await theirs('merge', '-q', '-s', 'ours', '--no-commit', 'main');
    await commit('f', lines('1', 'both', '3'));
    await commit('g', 'g');
    await theirs('switch', '-q', 'main');
    const base = await commit('h', 'h');
    await theirs('push', '-q', 'origin', 'main', 'work');
    await using workspace = await open('work');
    expect(await workspace.rebase('main')).to.include({ kind: 'rebased', baseCommit: base });
    expect(await workspace.readFile('f')).to.equal(lines('1', 'both', '3'));
    const commits = await workspace.commitsSince(base);
    // The first one conflicts by itself; what was resolved later fits as a whole.
    expect(commits.map(({ message }) => message)).to.deep.equal(['Write f\n\nWrite f\n\nWrite g\n']);
    expect((await workspace.changeSince(base)).files.map((file) => file.path)).to.deep.equal(['f', 'g']);
  });

  test('flattens a merge of another branch into one commit', async ({ theirs, commit, open }) => {
    const start = await theirs('rev-parse', 'HEAD');
    await theirs('switch', '-qc', 'side', start);
    await commit('s1', 's');
    await commit('s2', 's');
    await theirs('switch', '-qc', 'work', start);
    await commit('w', 'w');
    await theirs('merge', '-q', '--no-ff', '-m', 'Merge side', 'side');
    await theirs('switch', '-q', 'main');
    const base = await commit('m', 'm');
    await theirs('push', '-q', 'origin', 'main', 'work');
    await using workspace = await open('work');
    expect((await workspace.rebase('main')).kind).to.equal('rebased');
    const commits = await workspace.commitsSince(base);
    expect(commits.map(({ message }) => message)).to.deep.equal(['Write w\n', 'Merge side\n']);
    expect(await workspace.listFiles()).to.include.members(['m', 's1', 's2', 'w']);
  });

  test('works on a base that was force-pushed', async ({ theirs, commit, open }) => {
    const kept = await theirs('rev-parse', 'HEAD');
    await commit('base', 'first');
    await theirs('push', '-q', 'origin', 'main');
    await theirs('switch', '-qc', 'work');
    await commit('ours', 'ours');
    await theirs('push', '-q', 'origin', 'work');
    await using workspace = await open('work');
    await workspace.forkPoint('main');
    await theirs('switch', '-q', 'main');
    await theirs('reset', '-q', '--hard', kept);
    await commit('other', 'other');
    const base = await commit('base', 'first');
    await theirs('push', '-q', '--force', 'origin', 'main');
    expect(await workspace.forkPoint('main')).to.deep.equal({ baseCommit: base, forkCommit: kept });
    expect((await workspace.rebase('main')).kind).to.equal('rebased');
    expect(await workspace.commitsSince(base)).to.have.length(1);
    expect(await workspace.listFiles()).to.include.members(['base', 'other', 'ours']);
  });

  for (const rewritten of ['other', null]) {
    const how = rewritten === null ? 'was set back' : 'was rewritten';
    test(`brings nothing back that a base lost which ${how}`, async ({ theirs, commit, open }) => {
      const kept = await theirs('rev-parse', 'HEAD');
      const began = await commit('secret', 'lost');
      await theirs('switch', '-qc', 'work');
      await commit('ours', 'ours');
      await theirs('switch', '-q', 'main');
      await theirs('reset', '-q', '--hard', kept);
      const base = rewritten === null ? kept : await commit(rewritten, 'x');
      await theirs('push', '-q', '--force', 'origin', 'main', 'work');
      await using workspace = await open('work');
      expect(await workspace.rebase('main', began)).to.include({ kind: 'rebased', baseCommit: base });
      expect(await workspace.commitsSince(base)).to.have.length(1);
      expect(await workspace.listFiles())
        .to.include('ours')
        .and.not.to.include('secret');
      expect(await workspace.rebase('main', base)).to.include({ kind: 'rebased', baseCommit: base });
    });
  }

  test('goes by where it meets the base when that is later than where it began', async ({
    theirs,
    commit,
    open,
  }) => {
    const began = await theirs('rev-parse', 'HEAD');
    await theirs('switch', '-qc', 'work');
    await commit('ours', 'ours');
    await theirs('switch', '-q', 'main');
    const base = await commit('m', 'm');
    await theirs('switch', '-q', 'work');
    await theirs('merge', '-q', '-m', 'Merge main', 'main');
    await theirs('push', '-q', 'origin', 'main', 'work');
    await using workspace = await open('work');
    const rebased = { kind: 'rebased', baseCommit: base, headCommit: workspace.startCommit };
    for (const one of [began, '0'.repeat(40), '--octopus', '']) {
      expect(await workspace.rebase('main', one)).to.deep.equal(rebased);
    }
  });

  test('refuses a base without a common commit, and a line without end', async ({
    world,
    theirs,
    commit,
    open,
  }) => {
    await theirs('switch', '-q', '--orphan', 'island');
    await commit('i', 'i');
    await theirs('switch', '-qc', 'work', 'main');
    const one = 'commit refs/heads/work\ncommitter x <x> 1 +0000\ndata 1\nx\n';
    const input = `${one}from refs/heads/main^0\n\n${one.repeat(250)}`;
    execFileSync('git', ['fast-import', '--quiet'], { cwd: await world.somebody(), input });
    await theirs('switch', '-q', 'main');
    await commit('m', 'm');
    await theirs('push', '-q', 'origin', 'main', 'work', 'island');
    await using workspace = await open('work');
    expect((await refusal(workspace.rebase('island'))).code).to.equal('GIT_UNRELATED');
    expect((await refusal(workspace.rebase('main'))).code).to.equal('GIT_BRANCH_TOO_LONG');
    expect(await workspace.commitsSince(workspace.startCommit)).to.deep.equal([]);
  });

  test('takes links, programs, binary and strange names along, and shows conflicts of those', async ({
    world,
    theirs,
    commit,
    open,
  }) => {
    const clone = await world.somebody();
    await theirs('switch', '-qc', 'work');
    await writeFile(join(clone, 'run'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(join(clone, 'a\n"b\t'), 'ours');
    await commit('binary', 'a\0b');
    await theirs('switch', '-q', 'main');
    await writeFile(join(clone, 'a\n"b\t'), 'theirs');
    const base = await commit('binary', 'a\0c');
    await theirs('push', '-q', 'origin', 'main', 'work');
    await using workspace = await open('work');
    const result = await workspace.rebase('main');
    expect(result).to.deep.equal({ kind: 'conflict', baseCommit: base, files: ['a\n"b\t', 'binary'] });
    expect(await workspace.commit({ message: 'Resolve', trailers: {} })).not.to.equal(null);
    await workspace.push('work', workspace.startCommit);
    await theirs('fetch', '-q', 'origin', 'work');
    expect(await theirs('ls-tree', 'FETCH_HEAD', 'run')).to.match(/^100755/);
  });
});
