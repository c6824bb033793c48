import { expect } from 'chai';
import { mergeOf, NUMBER_UNUSED, openOne, refusalOf, requestFor, standing, type Test } from './fixture.ts';

export function mergeTests(test: Test): void {
  test('merges once, and says the same when asked again', async (fixture) => {
    const pullRequest = await openOne(fixture, 'topic');
    const first = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    const second = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(first.kind).to.equal('merged');
    expect(second).to.deep.equal(first);
    const mergeCommit = await fixture.platform.readBranch('main');
    expect(first).to.deep.equal({ kind: 'merged', mergeCommit });
    const after = await fixture.platform.readPullRequest(pullRequest.number);
    const expected = { ...standing(pullRequest), state: 'merged', mergeCommit };
    expect(after === null ? null : standing(after)).to.deep.equal(expected);
  });

  test('writes the message that it was given', async (fixture) => {
    const pullRequest = await openOne(fixture, 'topic');
    await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    const [merge] = await fixture.platform.listCommits('main', 1);
    expect(merge?.message.trim()).to.equal('Merge it\n\nFor an issue.');
  });

  test('makes one merge when it is asked for several times at once', async (fixture) => {
    const pullRequest = await openOne(fixture, 'topic');
    const requests = Array.from({ length: 4 }, () => fixture.platform.mergePullRequest(mergeOf(pullRequest)));
    const results = await Promise.all(requests);
    const mergeCommit = await fixture.platform.readBranch('main');
    for (const result of results) expect(result).to.deep.equal({ kind: 'merged', mergeCommit });
  });

  test('keeps a merged one merged, and found by its head, when the branch is gone', async (fixture) => {
    const pullRequest = await openOne(fixture, 'topic');
    const merged = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    await fixture.platform.deleteBranch('topic', pullRequest.headCommit);
    expect(await fixture.platform.ensurePullRequest(requestFor('topic'))).to.include({ state: 'merged' });
    expect(await fixture.platform.mergePullRequest(mergeOf(pullRequest))).to.deep.equal(merged);
  });

  test('never merges another head than the one named', async (fixture) => {
    const pullRequest = await openOne(fixture, 'topic');
    const base = await fixture.platform.readBranch('main');
    const pushed = await fixture.commit('topic');
    const result = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'head-moved' });
    expect(await fixture.platform.readBranch('main')).to.equal(base);
    const right = await fixture.platform.mergePullRequest({ ...mergeOf(pullRequest), headCommit: pushed });
    expect(right.kind).to.equal('merged');
    const late = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(late).to.include({ kind: 'refused', why: 'head-moved' });
  });

  test('refuses a conflict', async (fixture) => {
    await fixture.commitConflict('topic');
    const pullRequest = await fixture.platform.ensurePullRequest(requestFor('topic'));
    const base = await fixture.platform.readBranch('main');
    const result = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'conflict' });
    expect(await fixture.platform.readBranch('main')).to.equal(base);
  });

  test('refuses a closed one', async (fixture) => {
    const pullRequest = await openOne(fixture, 'topic');
    await fixture.platform.closePullRequest(pullRequest.number);
    const result = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'closed' });
  });

  test('refuses a draft, until it is made ready', async (fixture) => {
    const pullRequest = await openOne(fixture, 'topic', 'draft');
    const result = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'not-allowed' });
    await fixture.platform.setDraft(pullRequest.number, 'ready');
    expect((await fixture.platform.mergePullRequest(mergeOf(pullRequest))).kind).to.equal('merged');
  });

  test('refuses one that does not exist', async ({ platform }) => {
    const attempt = platform.mergePullRequest(mergeOf({ number: NUMBER_UNUSED, headCommit: 'a' }));
    expect(await refusalOf(attempt)).to.include({ code: 'PULL_REQUEST_MISSING', class: 'validation' });
  });

  test('merges two that do not conflict, one after the other', async (fixture) => {
    const one = await openOne(fixture, 'one');
    const two = await openOne(fixture, 'two');
    const first = await fixture.platform.mergePullRequest(mergeOf(one));
    const second = await fixture.platform.mergePullRequest(mergeOf(two));
    expect([first.kind, second.kind]).to.deep.equal(['merged', 'merged']);
    expect(await fixture.platform.mergePullRequest(mergeOf(one))).to.deep.equal(first);
  });

  for (const method of ['squash', 'rebase'] as const) {
    test(`merges by ${method}`, async (fixture) => {
      const { platform } = fixture;
      const pullRequest = await openOne(fixture, 'topic');
      const request = { ...mergeOf(pullRequest), method };
      const result = await platform.mergePullRequest(request);
      expect(result).to.deep.equal({ kind: 'merged', mergeCommit: await platform.readBranch('main') });
      expect(await platform.mergePullRequest(request)).to.deep.equal(result);
      expect(await platform.readPullRequest(pullRequest.number)).to.include({ state: 'merged' });
    });
  }
}
