import { expect } from 'chai';
import { NUMBER_UNUSED, openOne, refusalOf, requestFor, standing, type Test } from './fixture.ts';

export function pullRequestTests(test: Test): void {
  test('opens one with all it was given, and finds it again instead of opening a second', async (fixture) => {
    const issue = await fixture.addIssue();
    const headCommit = await fixture.commit('topic');
    const request = requestFor('topic', issue.number);
    const opened = standing(await fixture.platform.ensurePullRequest(request));
    const { number, url, ...rest } = opened;
    const texts = { title: 'Merge topic', body: 'What and why.' };
    const state = { state: 'open', headCommit, mergeCommit: null, isDraft: false };
    const origin = { author: fixture.account, isFromFork: false };
    expect(rest).to.deep.equal({ head: 'topic', base: 'main', ...texts, ...state, ...origin });
    expect(number).to.be.greaterThan(0);
    expect(url).to.match(/^\w+:\/\//);
    expect(standing(await fixture.platform.ensurePullRequest(request))).to.deep.equal(opened);
    const read = await fixture.platform.readPullRequest(number);
    expect(read === null ? null : standing(read)).to.deep.equal(opened);
  });

  test('brings title and body of an open one up to date, and leaves a merged one alone', async (fixture) => {
    const { platform } = fixture;
    const { number } = await openOne(fixture, 'topic');
    const headCommit = await fixture.commit('topic');
    const texts = { title: 'Merge two', body: 'Another change.' };
    const again = await platform.ensurePullRequest({ ...requestFor('topic'), ...texts });
    expect(again).to.include({ ...texts, number, headCommit, state: 'open' });
    expect(await platform.readPullRequest(number)).to.include({ ...texts, headCommit });
    await platform.mergePullRequest({ number, headCommit, message: 'Merge', method: 'merge' });
    const late = await platform.ensurePullRequest({ ...requestFor('topic'), body: 'Too late.' });
    expect(late).to.include({ ...texts, number, state: 'merged' });
    expect(await platform.readPullRequest(number)).to.include(texts);
  });

  test('has no pull request under a number nobody used', async ({ platform }) => {
    expect(await platform.readPullRequest(NUMBER_UNUSED)).to.equal(null);
  });

  test('shows the commit its branch points at now', async (fixture) => {
    const { number } = await openOne(fixture, 'topic');
    const pushed = await fixture.commit('topic');
    expect((await fixture.platform.readPullRequest(number))?.headCommit).to.equal(pushed);
  });

  test('numbers two pull requests differently, whichever issue they belong to', async (fixture) => {
    const one = await openOne(fixture, 'one');
    const two = await openOne(fixture, 'two');
    expect(one.number).not.to.equal(two.number);
  });

  test('opens a single one when it is asked for several times at once', async (fixture) => {
    await fixture.commit('topic');
    const requests = Array.from({ length: 4 }, () => fixture.platform.ensurePullRequest(requestFor('topic')));
    const numbers = (await Promise.all(requests)).map(({ number }) => number);
    expect(new Set(numbers).size).to.equal(1);
  });

  test('opens a new one when the earlier one of that head was closed', async (fixture) => {
    const { platform } = fixture;
    const first = await openOne(fixture, 'topic');
    await platform.closePullRequest(first.number);
    const second = await platform.ensurePullRequest(requestFor('topic'));
    expect(second).to.include({ state: 'open' });
    expect(second.number).not.to.equal(first.number);
    expect((await platform.readPullRequest(first.number))?.state).to.equal('closed');
  });

  test('closes one, and again, and leaves a merged one merged', async (fixture) => {
    const { platform } = fixture;
    const { number, headCommit } = await openOne(fixture, 'topic');
    await platform.mergePullRequest({ number, headCommit, message: 'Merge', method: 'merge' });
    await platform.closePullRequest(number);
    expect((await platform.readPullRequest(number))?.state).to.equal('merged');
    const other = await openOne(fixture, 'other');
    await platform.closePullRequest(other.number);
    await platform.closePullRequest(other.number);
    expect((await platform.readPullRequest(other.number))?.state).to.equal('closed');
  });

  test('is closed when its branch is gone without a merge', async (fixture) => {
    const { number, headCommit } = await openOne(fixture, 'topic');
    await fixture.platform.deleteBranch('topic', headCommit);
    expect((await fixture.platform.readPullRequest(number))?.state).to.equal('closed');
  });

  test('refuses a head or a base that does not exist, and a head that adds nothing', async (fixture) => {
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

  test('lists the open ones, of others too, and no others', async (fixture) => {
    const { platform } = fixture;
    const ours = await openOne(fixture, 'ours');
    const closed = await openOne(fixture, 'closed');
    await platform.closePullRequest(closed.number);
    await fixture.commit('theirs');
    const theirs = await fixture.openPullRequest('theirs');
    const open = await platform.listOpenPullRequests();
    const seen = open.map(({ number, author, head }) => ({ number, author, head }));
    expect(seen).to.have.deep.members([
      { number: ours.number, author: fixture.account, head: 'ours' },
      { number: theirs, author: fixture.other, head: 'theirs' },
    ]);
  });

  test('knows whether the change still fits the base', async (fixture) => {
    const { platform } = fixture;
    const { number } = await openOne(fixture, 'topic');
    expect(await platform.readPullRequest(number)).to.include({ mergeability: 'clean' });
    await fixture.commitConflict('clash');
    const clash = await platform.ensurePullRequest(requestFor('clash'));
    expect(await platform.readPullRequest(clash.number)).to.include({ mergeability: 'conflict' });
  });
}
