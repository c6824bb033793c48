import { type Check, replyMarker } from '@tamma/domain';
import { buildIssue } from '@tamma/domain/testing';
import { expect } from 'chai';
import { gitPlatformContract } from '../contract.ts';
import { createMemoryPlatform } from './index.ts';
import { createMemoryFixture } from './testing/memory-fixture.ts';

gitPlatformContract('memory', async () => createMemoryFixture(), [
  {
    tests: 'accounts: gives no role to an account that nobody knows',
    why: 'everybody is admin until a test says otherwise',
  },
  {
    tests: 'protection: waits for a required check, then for a required review, then merges',
    why: 'a merge is refused only when a test says so',
  },
]);

const RED: Check = { name: 'test', state: 'failed', summary: '', url: null, runId: '7', attempt: 1 };

describe('memory platform, for tests of what stands on the port', () => {
  it('numbers issues and pull requests in one series', async () => {
    const platform = createMemoryPlatform();
    platform.addIssue(buildIssue({ number: 4 }));
    platform.setBranch('main', 'a');
    expect(platform.addPullRequest({ head: 'topic' }).number).to.equal(5);
    expect(() => platform.addIssue(buildIssue({ number: 5 }))).to.throw('is a pull request already');
  });

  it('answers every merge of a head as it was told, until that is lifted', async () => {
    const platform = createMemoryPlatform();
    platform.setBranch('main', 'a');
    const { number, headCommit } = platform.addPullRequest({ head: 'topic' });
    const request = { number, headCommit, message: 'm', method: 'merge' } as const;
    platform.setMergeAnswer('topic', { kind: 'queued', detail: 'second in line' });
    expect(await platform.mergePullRequest(request)).to.deep.equal({
      kind: 'queued',
      detail: 'second in line',
    });
    platform.setMergeAnswer('topic', null);
    expect((await platform.mergePullRequest(request)).kind).to.equal('merged');
  });

  it('runs red checks again, with one more attempt', async () => {
    const platform = createMemoryPlatform();
    platform.setChecks('abc', [RED, { ...RED, name: 'lint', state: 'passed', runId: '8' }]);
    platform.setCheckLog('7', 'one\ntwo');
    expect(await platform.readCheckLog(RED, 3)).to.equal('two');
    expect(await platform.rerunChecks((await platform.readChecks('abc')) ?? [])).to.equal(true);
    expect(platform.rerunsOf()).to.deep.equal(['7']);
    const again = { ...RED, state: 'pending', attempt: 2 };
    expect((await platform.readChecks('abc'))?.[0]).to.deep.equal(again);
  });

  it('shows what of ours it got: marks, reactions, answers', async () => {
    const platform = createMemoryPlatform({ account: 'robot' });
    platform.setBranch('main', 'a');
    const { number } = platform.addPullRequest({ head: 'topic' });
    const remark = { id: 'r1', reviewId: null, inReplyTo: null, path: 'a.ts', line: 1 } as const;
    const words = { author: 'ada', authorKind: 'person', body: 'Why?', at: '2026-01-01T00:00:00Z' } as const;
    platform.addRemark(number, { ...remark, ...words });
    await platform.ensureReply(number, remark, 'Because.');
    expect(platform.repliesOf(number).map(({ body }) => body)).to.deep.equal([
      `Because.\n\n<!-- ${replyMarker('r1')} -->`,
    ]);
    const comment = platform.addComment(number, { author: 'bob', text: 'beep', authorKind: 'bot' });
    await platform.react(comment, 'refused');
    expect(platform.reactionsOf(comment.id)).to.deep.equal(['refused']);
    expect(platform.marksOf(number)).to.deep.equal({ labels: [], reviewers: [], teamReviewers: [] });
  });

  it('keeps a pull request from a fork apart from the branches of its own', async () => {
    const platform = createMemoryPlatform();
    platform.setBranch('main', 'a');
    const fork = platform.addPullRequest({ head: 'topic', isFromFork: true, author: 'mallory' });
    expect(await platform.readBranch('topic')).to.equal(null);
    platform.setBranch('topic', 'b');
    const request = { head: 'topic', base: 'main', title: 't', body: 'b', issue: 1, as: 'draft' } as const;
    expect((await platform.ensurePullRequest(request)).number).not.to.equal(fork.number);
    expect(await platform.readPullRequest(fork.number)).to.include({ state: 'open', isFromFork: true });
  });
});
