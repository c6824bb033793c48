import { expect } from 'chai';
import type { Workspace } from '../workspace.ts';
import { type ContractTest, refusal } from './world.ts';

async function commit(workspace: Workspace, path: string, text: string): Promise<string> {
  await workspace.writeFile(path, text);
  return (await workspace.commit({ message: `Write ${path}`, trailers: { Task: 't' } }))?.hash ?? '';
}

/** What every kind of workspace promises about a base that moved on. */
export function rebaseContract(test: ContractTest): void {
  test('tells where branch and base parted, as the base is now', async (workspace, world) => {
    const forkCommit = workspace.startCommit;
    expect(await workspace.forkPoint('main')).to.deep.equal({ baseCommit: forkCommit, forkCommit });
    await commit(workspace, 'ours.txt', 'ours');
    const baseCommit = await world.commitElsewhere('main', { 'theirs.txt': 'theirs' });
    expect(await workspace.forkPoint('main')).to.deep.equal({ baseCommit, forkCommit });
  });

  test('puts its commits onto the base, with their messages, and pushes nothing', async (workspace, world) => {
    await workspace.push('work', '');
    await commit(workspace, 'one.txt', 'one');
    await commit(workspace, 'two.txt', 'two');
    const before = await workspace.commitsSince(workspace.startCommit);
    const baseCommit = await world.commitElsewhere('main', { 'theirs.txt': 'theirs' });
    const result = await workspace.rebase('main');
    const after = await workspace.commitsSince(baseCommit);
    expect(result).to.deep.equal({ kind: 'rebased', baseCommit, headCommit: after.at(-1)?.hash });
    const texts = (commits: typeof after) => commits.map(({ message, author }) => [message, author]);
    expect(texts(after)).to.deep.equal(texts(before));
    expect(await workspace.readFile('theirs.txt')).to.equal('theirs');
    expect(await workspace.commit({ message: 'Rest', trailers: {} })).to.equal(null);
    expect(await world.headOf('work')).to.equal(workspace.startCommit);
  });

  test('pushes what it rebased over the old head, and over no other', async (workspace, world) => {
    const old = await commit(workspace, 'ours.txt', 'ours');
    await workspace.push('work', '');
    await world.commitElsewhere('main', { 'theirs.txt': 'theirs' });
    const result = await workspace.rebase('main');
    const head = result.kind === 'rebased' ? result.headCommit : '';
    expect(await workspace.push('work', old)).to.deep.equal({ kind: 'pushed', commit: head });
    expect(await world.headOf('work')).to.equal(head);
    expect((await workspace.push('work', old)).kind).to.equal('pushed');
    await commit(workspace, 'late.txt', 'late');
    expect((await workspace.push('work', old)).kind).to.equal('refused');
    expect(await world.headOf('work')).to.equal(head);
  });

  test('does nothing where the base has not moved, nor the second time', async (workspace, world) => {
    const headCommit = await commit(workspace, 'ours.txt', 'ours');
    const baseCommit = workspace.startCommit;
    expect(await workspace.rebase('main')).to.deep.equal({ kind: 'rebased', baseCommit, headCommit });
    await world.commitElsewhere('main', { 'theirs.txt': 'theirs' });
    const moved = await workspace.rebase('main');
    expect(await workspace.rebase('main')).to.deep.equal(moved);
  });

  test('drops a commit whose change the base has, and ends at the base without commits', async (workspace, world) => {
    await commit(workspace, 'same.txt', 'same\n');
    const first = await world.commitElsewhere('main', { 'same.txt': 'same\n' });
    await commit(workspace, 'ours.txt', 'ours\n');
    expect(await workspace.rebase('main')).to.include({ kind: 'rebased', baseCommit: first });
    expect((await workspace.commitsSince(first)).map(({ message }) => message)).to.deep.equal([
      'Write ours.txt\n\nTask: t\n',
    ]);
    const second = await world.commitElsewhere('main', { 'ours.txt': 'ours\n' });
    expect(await workspace.rebase('main')).to.deep.equal({
      kind: 'rebased',
      baseCommit: second,
      headCommit: second,
    });
  });

  test('leaves the whole change on the base with markers when it conflicts, for one commit', async (workspace, world) => {
    await commit(workspace, 'README.md', '# Ours\n');
    await commit(workspace, 'ours.txt', 'ours');
    const baseCommit = await world.commitElsewhere('main', { 'README.md': '# Theirs\n', 'a.txt': 'a' });
    expect(await workspace.rebase('main')).to.deep.equal({
      kind: 'conflict',
      baseCommit,
      files: ['README.md'],
    });
    expect(await workspace.readFile('README.md')).to.match(/^<{7} \S+\n# Theirs\n={7}\n# Ours\n>{7} \S+\n$/);
    expect(await workspace.readFile('ours.txt')).to.equal('ours');
    expect(await workspace.commitsSince(baseCommit)).to.deep.equal([]);
    await commit(workspace, 'README.md', '# Both\n');
    expect(await workspace.commitsSince(baseCommit)).to.have.length(1);
    const { files } = await workspace.changeSince(baseCommit);
    expect(files.map(({ path }) => path)).to.deep.equal(['README.md', 'ours.txt']);
    expect((await workspace.rebase('main')).kind).to.equal('rebased');
  });

  test('names a file that one side changed and the other removed', async (workspace, world) => {
    await workspace.removeFile('README.md');
    await workspace.commit({ message: 'Remove', trailers: {} });
    await world.commitElsewhere('main', { 'README.md': '# Theirs\n' });
    expect(await workspace.rebase('main')).to.deep.include({ kind: 'conflict', files: ['README.md'] });
    expect(await workspace.readFile('README.md')).to.equal('# Theirs\n');
  });

  test('refuses with changes that are not committed, and keeps them', async (workspace, world) => {
    await world.commitElsewhere('main', { 'README.md': '# Theirs\n' });
    for (const path of ['README.md', 'new.txt']) {
      await workspace.writeFile(path, 'precious');
      expect((await refusal(workspace.rebase('main'))).code).to.equal('WORKSPACE_NOT_COMMITTED');
      expect(await workspace.readFile(path)).to.equal('precious');
      await workspace.commit({ message: 'Keep', trailers: {} });
    }
  });

  test('refuses a base that is not there or no name of a branch', async (workspace) => {
    for (const base of ['missing', '--all', 'a..b', '']) {
      expect((await refusal(workspace.rebase(base))).class, base).to.equal('validation');
      expect((await refusal(workspace.forkPoint(base))).class, base).to.equal('validation');
    }
  });
}
