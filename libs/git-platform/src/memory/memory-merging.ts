import { createHash } from 'node:crypto';
import type { GitPlatform, MergeRequest, MergeResult } from '../git-platform.ts';
import { answerBeforeMerge } from '../merge-decision.ts';
import { moveBranch } from './memory-branches.ts';
import { requirePullRequest } from './memory-pull-requests.ts';
import type { MemoryState } from './memory-state.ts';

type Refusal = Extract<MergeResult, { kind: 'refused' }>;

export interface MemoryMerging extends Pick<GitPlatform, 'mergePullRequest'> {
  /** Every merge of this head is answered so, until null lifts it. */
  setMergeAnswer(head: string, answer: MergeResult | null): void;
  setMergeRefusal(head: string, refusal: Omit<Refusal, 'kind'> | null): void;
}

export function createMemoryMerging(state: MemoryState): MemoryMerging {
  const setMergeAnswer = (head: string, answer: MergeResult | null) => {
    if (answer === null) state.mergeAnswers.delete(head);
    else state.mergeAnswers.set(head, answer);
  };
  return {
    setMergeAnswer,
    setMergeRefusal: (head, refusal) =>
      setMergeAnswer(head, refusal === null ? null : { kind: 'refused', ...refusal }),
    mergePullRequest: async (request) => mergePullRequest(state, request),
  };
}

function mergePullRequest(state: MemoryState, { number, headCommit, message }: MergeRequest): MergeResult {
  const pullRequest = requirePullRequest(state, number);
  const answer = answerBeforeMerge(pullRequest, headCommit) ?? state.mergeAnswers.get(pullRequest.head);
  if (answer !== undefined) return answer;
  const { base } = pullRequest;
  const parents = `${state.branches.get(base) ?? ''} ${headCommit}`;
  const mergeCommit = createHash('sha1').update(parents).digest('hex');
  moveBranch(state, base, { hash: mergeCommit, message });
  state.pullRequests.set(number, { ...pullRequest, state: 'merged', mergeCommit });
  return { kind: 'merged', mergeCommit };
}
