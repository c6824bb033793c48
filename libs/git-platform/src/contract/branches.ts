import { expect } from 'chai';
import { refusalOf, type Test } from './fixture.ts';

export function branchTests(test: Test): void {
  test('says where a branch stands, and null where there is none', async (fixture) => {
    const commit = await fixture.commit('topic');
    expect(await fixture.platform.readBranch('topic')).to.equal(commit);
    expect(await fixture.platform.readBranch('other')).to.equal(null);
  });

  test('takes no notice of a branch whose name only begins alike', async (fixture) => {
    await fixture.commit('topic-two');
    expect(await fixture.platform.readBranch('topic')).to.equal(null);
  });

  test('creates a branch, and leaves one that exists where it is', async (fixture) => {
    const first = await fixture.commit('source');
    const second = await fixture.commit('source');
    expect(await fixture.platform.ensureBranch('tamma/issue-1', first)).to.equal(first);
    expect(await fixture.platform.ensureBranch('tamma/issue-1', second)).to.equal(first);
    expect(await fixture.platform.readBranch('tamma/issue-1')).to.equal(first);
  });

  test('deletes a branch only while it points at the commit', async (fixture) => {
    const first = await fixture.commit('topic');
    const second = await fixture.commit('topic');
    expect(await fixture.platform.deleteBranch('topic', first)).to.equal(false);
    expect(await fixture.platform.readBranch('topic')).to.equal(second);
    expect(await fixture.platform.deleteBranch('topic', second)).to.equal(true);
    expect(await fixture.platform.readBranch('topic')).to.equal(null);
    expect(await fixture.platform.deleteBranch('topic', second)).to.equal(true);
  });

  test('lists the latest commits of a branch, newest first', async (fixture) => {
    const first = await fixture.commit('topic');
    const second = await fixture.commit('topic');
    const commits = await fixture.platform.listCommits('topic', 2);
    expect(commits.map(({ hash }) => hash)).to.deep.equal([second, first]);
    for (const { message } of commits) expect(message).not.to.equal('');
    expect(await fixture.platform.listCommits('topic', 1)).to.have.length(1);
    expect(await fixture.platform.listCommits('topic', 100)).to.have.length(3);
  });

  test('lists no commits of a branch that does not exist', async ({ platform }) => {
    const refusal = await refusalOf(platform.listCommits('absent', 5));
    expect(refusal).to.include({ code: 'BRANCH_MISSING', class: 'validation' });
  });
}
