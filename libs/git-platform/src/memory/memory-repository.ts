import { createHash } from 'node:crypto';
import type {
  GitPlatform,
  MergeRequest,
  MergeResult,
  PullRequest,
  PullRequestRequest,
} from '../git-platform.ts';
import { answerBeforeMerge } from '../merge-decision.ts';
import { branchMissing, pullRequestEmpty, pullRequestMissing } from '../platform-errors.ts';

type Refusal = Extract<MergeResult, { kind: 'refused' }>;

type RepositoryPort = Pick<
  GitPlatform,
  | 'readBranch'
  | 'ensureBranch'
  | 'deleteBranch'
  | 'ensurePullRequest'
  | 'readPullRequest'
  | 'mergePullRequest'
>;

export interface MemoryRepository extends RepositoryPort {
  /** Makes the branch, or moves it, as a push does; null deletes it. */
  setBranch(name: string, commit: string | null): void;
  /** Every merge of this head is refused so, until null lifts it. */
  setMergeRefusal(head: string, refusal: Omit<Refusal, 'kind'> | null): void;
  closePullRequest(number: number): void;
  listPullRequests(): readonly PullRequest[];
}

interface State {
  readonly branches: Map<string, string>;
  /** As they were written; an open one stands where its branch stands. */
  readonly pullRequests: Map<number, PullRequest>;
  readonly refusals: Map<string, Refusal>;
}

export function createMemoryRepository(): MemoryRepository {
  const state: State = { branches: new Map(), pullRequests: new Map(), refusals: new Map() };
  const { branches, pullRequests, refusals } = state;
  return {
    readBranch: async (name) => branches.get(name) ?? null,
    ensureBranch: async (name, commit) => {
      const present = branches.get(name) ?? commit;
      branches.set(name, present);
      return present;
    },
    deleteBranch: async (name, commit) => {
      if (branches.get(name) === commit) branches.delete(name);
      return !branches.has(name);
    },
    ensurePullRequest: async (request) => ensurePullRequest(state, request),
    readPullRequest: async (number) => readPullRequest(state, number),
    mergePullRequest: async (request) => mergePullRequest(state, request),
    setBranch: (name, commit) => {
      if (commit === null) branches.delete(name);
      else branches.set(name, commit);
    },
    setMergeRefusal: (head, refusal) => {
      if (refusal === null) refusals.delete(head);
      else refusals.set(head, { kind: 'refused', ...refusal });
    },
    closePullRequest: (number) => {
      pullRequests.set(number, { ...requirePullRequest(state, number), state: 'closed' });
    },
    listPullRequests: () => [...pullRequests.values()].map((written) => present(state, written)),
  };
}

function ensurePullRequest(state: State, { issue, ...request }: PullRequestRequest): PullRequest {
  const { head, base } = request;
  const usable = [...state.pullRequests.values()].filter(
    (one) => one.head === head && one.state !== 'closed',
  );
  const found = usable.find((one) => one.state === 'open') ?? usable[0];
  if (found?.state === 'merged') return found;
  const headCommit = state.branches.get(head);
  const baseCommit = state.branches.get(base);
  if (headCommit === undefined) throw branchMissing(head);
  if (baseCommit === undefined) throw branchMissing(base);
  if (found !== undefined) {
    const edited = { ...found, title: request.title, body: request.body };
    state.pullRequests.set(found.number, edited);
    return present(state, edited);
  }
  if (headCommit === baseCommit) throw pullRequestEmpty(head, base);
  const number = state.pullRequests.size + 1;
  const url = `memory://issues/${issue}/pull-requests/${number}`;
  const opened: PullRequest = { ...request, number, url, state: 'open', headCommit, mergeCommit: null };
  state.pullRequests.set(number, opened);
  return opened;
}

function readPullRequest(state: State, number: number): PullRequest | null {
  const written = state.pullRequests.get(number);
  return written === undefined ? null : present(state, written);
}

function present({ branches }: State, written: PullRequest): PullRequest {
  if (written.state !== 'open') return written;
  const headCommit = branches.get(written.head);
  return headCommit === undefined ? { ...written, state: 'closed' } : { ...written, headCommit };
}

function mergePullRequest(state: State, { number, headCommit }: MergeRequest): MergeResult {
  const pullRequest = requirePullRequest(state, number);
  const answer = answerBeforeMerge(pullRequest, headCommit) ?? state.refusals.get(pullRequest.head);
  if (answer !== undefined) return answer;
  const { base } = pullRequest;
  const parents = `${state.branches.get(base) ?? ''} ${headCommit}`;
  const mergeCommit = createHash('sha1').update(parents).digest('hex');
  state.branches.set(base, mergeCommit);
  state.pullRequests.set(number, { ...pullRequest, state: 'merged', mergeCommit });
  return { kind: 'merged', mergeCommit };
}

function requirePullRequest(state: State, number: number): PullRequest {
  const found = readPullRequest(state, number);
  if (found === null) throw pullRequestMissing(number);
  return found;
}
