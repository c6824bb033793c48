import type { Check, Review } from '@tamma/domain';
import { buildIssue } from '@tamma/domain/testing';
import type { NewIssue, NewReview, PlatformFixture } from '../../contract.ts';
import { createMemoryPlatform, type MemoryPlatform } from '../index.ts';

const ACCOUNT = 'tamma';
const OTHER = 'ada';

export function createMemoryFixture(): PlatformFixture {
  const platform = createMemoryPlatform({ account: ACCOUNT });
  platform.setBranch('main', 'commit-0');
  return {
    platform,
    account: ACCOUNT,
    other: OTHER,
    ...talkingOn(platform),
    ...committingTo(platform),
    openPullRequest: async (head) => platform.addPullRequest({ head, author: OTHER }).number,
    readMarks: async (number) => platform.marksOf(number),
    ...judgingOn(platform),
    [Symbol.asyncDispose]: async () => {},
  };
}

function talkingOn(platform: MemoryPlatform) {
  let issueLatest = 0;
  return {
    addIssue: async (given: NewIssue = {}) => {
      issueLatest = 1 + Math.max(issueLatest, ...platform.listPullRequests().map(({ number }) => number));
      const issue = buildIssue({ author: OTHER, ...given, number: issueLatest });
      platform.addIssue(issue);
      return issue;
    },
    addComment: async (issue: number, text: string) => platform.addComment(issue, { author: OTHER, text }),
    readComments: async (issue: number) => platform.readComments(issue),
    readReactions: async ({ id }: { readonly id: string }) => platform.reactionsOf(id),
  };
}

function committingTo(platform: MemoryPlatform) {
  let commits = 0;
  const commit = async (branch: string) => {
    commits += 1;
    platform.setBranch(branch, `commit-${commits}`);
    return `commit-${commits}`;
  };
  return {
    commit,
    commitConflict: async (branch: string) => {
      platform.setMergeRefusal(branch, { why: 'conflict', detail: 'conflict.txt' });
      platform.setMergeability(branch, 'conflict');
      return await commit(branch);
    },
  };
}

function judgingOn(platform: MemoryPlatform) {
  let said = 0;
  return {
    report: async (commit: string, check: Pick<Check, 'name' | 'state' | 'summary'>) => {
      const others = ((await platform.readChecks(commit)) ?? []).filter(({ name }) => name !== check.name);
      platform.setChecks(commit, [...others, { ...check, url: null, runId: null, attempt: 1 }]);
    },
    protect: async (
      branch: string,
      rules: { readonly requiredChecks: readonly string[]; readonly requiredReviews: number },
    ) => platform.setProtection(branch, { ...rules, isStrict: false, hasMergeQueue: false }),
    review: async (number: number, { state, body, remark }: NewReview) => {
      said += 1;
      const commit = (await platform.readPullRequest(number))?.headCommit ?? '';
      const at = new Date(said).toISOString();
      const person = { author: OTHER, authorKind: 'person', at } as const;
      const review: Review = { id: `review-${said}`, state, body, commit, ...person };
      platform.addReview(number, review);
      if (remark === undefined) return;
      const place = { reviewId: review.id, inReplyTo: null, path: 'a.txt', line: 1 };
      platform.addRemark(number, { id: `remark-${said}`, ...place, ...person, body: remark });
    },
  };
}
