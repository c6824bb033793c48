import type { MergeResult, PullRequest } from './git-platform.ts';

/** What can be answered from the record alone; null when the head named is the one to merge now. */
export function answerBeforeMerge(pullRequest: PullRequest, headCommit: string): MergeResult | null {
  const { state, mergeCommit } = pullRequest;
  const isOtherHead = pullRequest.headCommit !== headCommit;
  if (state === 'closed') return refusal('closed', `pull request ${pullRequest.number} is closed`);
  if (isOtherHead) {
    const verb = state === 'merged' ? 'was merged' : 'stands';
    const detail = `"${pullRequest.head}" ${verb} at ${pullRequest.headCommit}, not at ${headCommit}`;
    return refusal('head-moved', detail);
  }
  if (state === 'open' && pullRequest.isDraft) {
    return refusal('not-allowed', `pull request ${pullRequest.number} is a draft`);
  }
  return mergeCommit === null ? null : { kind: 'merged', mergeCommit };
}

export function refusal(
  why: Extract<MergeResult, { kind: 'refused' }>['why'],
  detail: string,
): Extract<MergeResult, { kind: 'refused' }> {
  return { kind: 'refused', why, detail };
}
