import { expect } from 'chai';
import type { CreateFixture } from './fixture.ts';

export function branchTests(create: CreateFixture): void {
  it('says where a branch stands, and null where there is none', async () => {
    await using fixture = await create();
    const commit = await fixture.commit('topic');
    expect(await fixture.platform.readBranch('topic')).to.equal(commit);
    expect(await fixture.platform.readBranch('other')).to.equal(null);
  });

  it('creates a branch, and leaves one that exists where it is', async () => {
    await using fixture = await create();
    const first = await fixture.commit('source');
    const second = await fixture.commit('source');
    expect(await fixture.platform.ensureBranch('tamma/issue-1', first)).to.equal(first);
    expect(await fixture.platform.ensureBranch('tamma/issue-1', second)).to.equal(first);
    expect(await fixture.platform.readBranch('tamma/issue-1')).to.equal(first);
  });

  it('deletes a branch only while it points at the commit', async () => {
    await using fixture = await create();
    const first = await fixture.commit('topic');
    const second = await fixture.commit('topic');
    expect(await fixture.platform.deleteBranch('topic', first)).to.equal(false);
    expect(await fixture.platform.readBranch('topic')).to.equal(second);
    expect(await fixture.platform.deleteBranch('topic', second)).to.equal(true);
    expect(await fixture.platform.readBranch('topic')).to.equal(null);
    expect(await fixture.platform.deleteBranch('topic', second)).to.equal(true);
  });
}
