import { expect } from 'chai';
import type { Workspace } from '../workspace.ts';
import { type ContractTest, refusal } from './world.ts';

export function pushContract(test: ContractTest): void {
  const change = async (workspace: Workspace) => {
    await workspace.writeFile('new.txt', 'x');
    return (await workspace.commit({ message: 'Add', trailers: {} }))?.hash ?? '';
  };

  test('pushes the head, and says pushed again when it is there already', async (workspace, world) => {
    const commit = await change(workspace);
    for (let round = 0; round < 2; round += 1) {
      expect(await workspace.push('main', workspace.startCommit)).to.deep.equal({ kind: 'pushed', commit });
    }
    expect(await world.headOf('main')).to.equal(commit);
  });

  test('makes a branch that must not exist yet', async (workspace, world) => {
    const commit = await change(workspace);
    expect(await workspace.push('tamma/1-add', '')).to.deep.equal({ kind: 'pushed', commit });
    expect(await world.headOf('tamma/1-add')).to.equal(commit);
  });

  test('is refused after somebody else pushed, and leaves their work alone', async (workspace, world) => {
    await change(workspace);
    const theirs = await world.commitElsewhere('main', { 'theirs.txt': 'theirs' });
    const result = await workspace.push('main', workspace.startCommit);
    expect(result.kind).to.equal('refused');
    expect(result).to.have.property('detail').that.contains('stale');
    expect((await workspace.push('main', '')).kind).to.equal('refused');
    expect(await world.headOf('main')).to.equal(theirs);
  });

  test('refuses names that are no branch and leases that are no commit', async (workspace) => {
    await change(workspace);
    for (const branch of ['', 'a..b', 'main:main', '--all', '*']) {
      const error = await refusal(workspace.push(branch, workspace.startCommit));
      expect(error.class, branch).to.equal('validation');
    }
    expect((await refusal(workspace.push('main', 'HEAD'))).class).to.equal('validation');
  });
}
