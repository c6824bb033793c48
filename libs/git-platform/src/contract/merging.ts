import { expect } from 'chai';
import type { MergeRequest, PullRequest } from '../git-platform.ts';
import { type CreateFixture, type PlatformFixture, refusalOf, requestFor } from './fixture.ts';

async function openOne(fixture: PlatformFixture, head: string): Promise<PullRequest> {
  await fixture.commit(head);
  return await fixture.platform.ensurePullRequest(requestFor(head));
}

function mergeOf({ number, headCommit }: PullRequest): MergeRequest {
  return { number, headCommit, message: 'Merge it\n\nFor issue 1.' };
}

export function mergeTests(create: CreateFixture): void {
  it('merges once, and says the same when asked again', async () => {
    await using fixture = await create();
    const pullRequest = await openOne(fixture, 'topic');
    const first = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    const second = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(first.kind).to.equal('merged');
    expect(second).to.deep.equal(first);
    const mergeCommit = await fixture.platform.readBranch('main');
    expect(first).to.deep.equal({ kind: 'merged', mergeCommit });
    const after = await fixture.platform.readPullRequest(pullRequest.number);
    expect(after).to.deep.equal({ ...pullRequest, state: 'merged', mergeCommit });
  });

  it('makes one merge when it is asked for several times at once', async () => {
    await using fixture = await create();
    const pullRequest = await openOne(fixture, 'topic');
    const requests = Array.from({ length: 4 }, () => fixture.platform.mergePullRequest(mergeOf(pullRequest)));
    const results = await Promise.all(requests);
    const mergeCommit = await fixture.platform.readBranch('main');
    for (const result of results) expect(result).to.deep.equal({ kind: 'merged', mergeCommit });
  });

  it('keeps a merged one merged, and found by its head, when the branch is gone', async () => {
    await using fixture = await create();
    const pullRequest = await openOne(fixture, 'topic');
    const merged = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    await fixture.platform.deleteBranch('topic', pullRequest.headCommit);
    expect(await fixture.platform.ensurePullRequest(requestFor('topic'))).to.include({ state: 'merged' });
    expect(await fixture.platform.mergePullRequest(mergeOf(pullRequest))).to.deep.equal(merged);
  });

  it('never merges another head than the one named', async () => {
    await using fixture = await create();
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

  it('refuses a conflict and names the file', async () => {
    await using fixture = await create();
    await fixture.commitConflict('topic');
    const pullRequest = await fixture.platform.ensurePullRequest(requestFor('topic'));
    const base = await fixture.platform.readBranch('main');
    const result = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(result).to.deep.equal({ kind: 'refused', why: 'conflict', detail: 'conflict.txt' });
    expect(await fixture.platform.readBranch('main')).to.equal(base);
  });

  it('refuses a closed one', async () => {
    await using fixture = await create();
    const pullRequest = await openOne(fixture, 'topic');
    await fixture.closePullRequest(pullRequest.number);
    const result = await fixture.platform.mergePullRequest(mergeOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'closed' });
  });

  it('refuses one that does not exist', async () => {
    await using fixture = await create();
    const attempt = fixture.platform.mergePullRequest({ number: 5, headCommit: 'a', message: 'm' });
    expect(await refusalOf(attempt)).to.include({ code: 'PULL_REQUEST_MISSING', class: 'validation' });
  });

  it('merges two that do not conflict, one after the other', async () => {
    await using fixture = await create();
    const one = await openOne(fixture, 'one');
    const two = await openOne(fixture, 'two');
    const first = await fixture.platform.mergePullRequest(mergeOf(one));
    const second = await fixture.platform.mergePullRequest(mergeOf(two));
    expect([first.kind, second.kind]).to.deep.equal(['merged', 'merged']);
    expect(await fixture.platform.mergePullRequest(mergeOf(one))).to.deep.equal(first);
  });
}
