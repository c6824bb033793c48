import { expect } from 'chai';
import { type CreateFixture, refusalOf, requestFor } from './fixture.ts';

export function pullRequestTests(create: CreateFixture): void {
  it('opens a pull request and finds it again by head and by number', async () => {
    await using fixture = await create();
    const headCommit = await fixture.commit('topic');
    const opened = await fixture.platform.ensurePullRequest(requestFor('topic'));
    const { number, url, ...rest } = opened;
    const texts = { title: 'Merge topic', body: 'What and why.' };
    const state = { state: 'open', headCommit, mergeCommit: null };
    expect(rest).to.deep.equal({ head: 'topic', base: 'main', ...texts, ...state });
    expect(number).to.be.greaterThan(0);
    expect(url).to.match(/^\w+:\/\//);
    expect(await fixture.platform.ensurePullRequest(requestFor('topic'))).to.deep.equal(opened);
    expect(await fixture.platform.readPullRequest(number)).to.deep.equal(opened);
  });

  it('brings title and body of an open one up to date, and leaves a merged one alone', async () => {
    await using fixture = await create();
    const { platform } = fixture;
    await fixture.commit('topic');
    const { number } = await platform.ensurePullRequest(requestFor('topic'));
    const headCommit = await fixture.commit('topic');
    const texts = { title: 'Merge two', body: 'Another change.' };
    const again = await platform.ensurePullRequest({ ...requestFor('topic'), ...texts });
    expect(again).to.include({ ...texts, number, headCommit, state: 'open' });
    expect(await platform.readPullRequest(number)).to.deep.equal(again);
    await platform.mergePullRequest({ number, headCommit, message: 'Merge' });
    const late = await platform.ensurePullRequest({ ...requestFor('topic'), body: 'Too late.' });
    expect(late).to.include({ ...texts, number, state: 'merged' });
    expect(await platform.readPullRequest(number)).to.include(texts);
  });

  it('has no pull request under a number nobody used', async () => {
    await using fixture = await create();
    expect(await fixture.platform.readPullRequest(5)).to.equal(null);
  });

  it('shows the commit its branch points at now', async () => {
    await using fixture = await create();
    await fixture.commit('topic');
    const { number } = await fixture.platform.ensurePullRequest(requestFor('topic'));
    const pushed = await fixture.commit('topic');
    expect((await fixture.platform.readPullRequest(number))?.headCommit).to.equal(pushed);
  });

  it('numbers two pull requests differently, whichever issue they belong to', async () => {
    await using fixture = await create();
    await fixture.commit('one');
    await fixture.commit('two');
    const one = await fixture.platform.ensurePullRequest(requestFor('one'));
    const two = await fixture.platform.ensurePullRequest({ ...requestFor('two'), issue: 2 });
    expect(one.number).not.to.equal(two.number);
  });

  it('opens a single one when it is asked for several times at once', async () => {
    await using fixture = await create();
    await fixture.commit('topic');
    const requests = Array.from({ length: 4 }, () => fixture.platform.ensurePullRequest(requestFor('topic')));
    const numbers = (await Promise.all(requests)).map(({ number }) => number);
    expect(new Set(numbers).size).to.equal(1);
  });

  it('opens a new one when the earlier one of that head was closed', async () => {
    await using fixture = await create();
    await fixture.commit('topic');
    const first = await fixture.platform.ensurePullRequest(requestFor('topic'));
    await fixture.closePullRequest(first.number);
    const second = await fixture.platform.ensurePullRequest(requestFor('topic'));
    expect(second).to.include({ state: 'open' });
    expect(second.number).not.to.equal(first.number);
    expect((await fixture.platform.readPullRequest(first.number))?.state).to.equal('closed');
  });

  it('is closed when its branch is gone without a merge', async () => {
    await using fixture = await create();
    const headCommit = await fixture.commit('topic');
    const { number } = await fixture.platform.ensurePullRequest(requestFor('topic'));
    await fixture.platform.deleteBranch('topic', headCommit);
    expect((await fixture.platform.readPullRequest(number))?.state).to.equal('closed');
  });

  it('refuses a head or a base that does not exist, and a head that adds nothing', async () => {
    await using fixture = await create();
    const { platform } = fixture;
    const main = await platform.readBranch('main');
    await platform.ensureBranch('same', main ?? '');
    await fixture.commit('topic');
    const noHead = await refusalOf(platform.ensurePullRequest(requestFor('absent')));
    const noBase = await refusalOf(platform.ensurePullRequest({ ...requestFor('topic'), base: 'absent' }));
    const empty = await refusalOf(platform.ensurePullRequest(requestFor('same')));
    expect(noHead).to.include({ code: 'BRANCH_MISSING', class: 'validation' });
    expect(noBase).to.include({ code: 'BRANCH_MISSING', class: 'validation' });
    expect(empty).to.include({ code: 'PULL_REQUEST_EMPTY', class: 'validation' });
  });
}
