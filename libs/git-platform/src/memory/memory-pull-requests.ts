import type { GitPlatform, PullRequest, PullRequestMarks, PullRequestRequest } from '../git-platform.ts';
import { branchMissing, pullRequestEmpty, pullRequestMissing } from '../platform-errors.ts';
import { moveBranch } from './memory-branches.ts';
import { type MemoryState, nextNumber } from './memory-state.ts';

type PullRequestPort = Pick<
  GitPlatform,
  | 'listOpenPullRequests'
  | 'ensurePullRequest'
  | 'readPullRequest'
  | 'markPullRequest'
  | 'setDraft'
  | 'closePullRequest'
>;

export interface MemoryPullRequests extends PullRequestPort {
  /** One of somebody else: of `ada` into the default branch, unless told otherwise. */
  addPullRequest(given: Partial<PullRequest> & Pick<PullRequest, 'head'>): PullRequest;
  /** Open, merged and closed ones. */
  listPullRequests(): readonly PullRequest[];
  marksOf(number: number): PullRequestMarks;
  /** Of the open one of this head; `clean` until it is set. */
  setMergeability(head: string, mergeability: PullRequest['mergeability']): void;
}

const UNMARKED: PullRequestMarks = { labels: [], reviewers: [], teamReviewers: [] };

export function createMemoryPullRequests(state: MemoryState): MemoryPullRequests {
  const { pullRequests, marks } = state;
  const edit = (number: number, change: Partial<PullRequest>) => {
    const present = requirePullRequest(state, number);
    if (present.state === 'open') pullRequests.set(number, { ...present, ...change });
  };
  const list = () => [...pullRequests.values()].map((written) => present(state, written));
  return {
    addPullRequest: (given) => addPullRequest(state, given),
    listPullRequests: list,
    listOpenPullRequests: async () => {
      const open = list().filter((one) => one.state === 'open');
      return open.map((one) => ({ ...one, mergeability: 'unknown' }));
    },
    ensurePullRequest: async (request) => ensurePullRequest(state, request),
    readPullRequest: async (number) => readPullRequest(state, number),
    markPullRequest: async (number, added) => {
      requirePullRequest(state, number);
      marks.set(number, joinMarks(marks.get(number) ?? UNMARKED, added));
    },
    marksOf: (number) => marks.get(number) ?? UNMARKED,
    setDraft: async (number, to) => edit(number, { isDraft: to === 'draft' }),
    closePullRequest: async (number) => edit(number, { state: 'closed' }),
    setMergeability: (head, mergeability) => void state.mergeabilities.set(head, mergeability),
  };
}

export function requirePullRequest(state: MemoryState, number: number): PullRequest {
  const found = readPullRequest(state, number);
  if (found === null) throw pullRequestMissing(number);
  return found;
}

function readPullRequest(state: MemoryState, number: number): PullRequest | null {
  const written = state.pullRequests.get(number);
  return written === undefined ? null : present(state, written);
}

function present({ branches, mergeabilities }: MemoryState, written: PullRequest): PullRequest {
  if (written.state !== 'open') return { ...written, mergeability: 'unknown' };
  const mergeability = mergeabilities.get(written.head) ?? 'clean';
  if (written.isFromFork) return { ...written, mergeability };
  const headCommit = branches.get(written.head);
  if (headCommit === undefined) return { ...written, state: 'closed', mergeability: 'unknown' };
  return { ...written, headCommit, mergeability };
}

function ensurePullRequest(state: MemoryState, request: PullRequestRequest): PullRequest {
  const { head, base, title, body } = request;
  const usable = [...state.pullRequests.values()].filter(
    (one) => one.head === head && !one.isFromFork && one.state !== 'closed',
  );
  const found = usable.find((one) => one.state === 'open') ?? usable[0];
  if (found?.state === 'merged') return present(state, found);
  const headCommit = state.branches.get(head);
  const baseCommit = state.branches.get(base);
  if (headCommit === undefined) throw branchMissing(head);
  if (baseCommit === undefined) throw branchMissing(base);
  if (found === undefined && headCommit === baseCommit) throw pullRequestEmpty(head, base);
  const isDraft = request.as === 'draft';
  const opened = found ?? buildPullRequest(state, { head, base, headCommit, isDraft });
  return store(state, { ...opened, title, body });
}

function addPullRequest(
  state: MemoryState,
  given: Partial<PullRequest> & Pick<PullRequest, 'head'>,
): PullRequest {
  const { head, headCommit = `commit-of-${head}` } = given;
  const isInBranch = given.isFromFork !== true && !state.branches.has(head);
  if (isInBranch) moveBranch(state, head, { hash: headCommit, message: `Change ${head}` });
  return store(state, buildPullRequest(state, { author: 'ada', headCommit, ...given }));
}

function buildPullRequest(
  state: MemoryState,
  given: Partial<PullRequest> & Pick<PullRequest, 'head' | 'headCommit'>,
): PullRequest {
  const number = given.number ?? nextNumber(state);
  return {
    number,
    url: `memory://pull-requests/${number}`,
    state: 'open',
    author: state.account,
    isFromFork: false,
    base: state.facts.repository.defaultBranch,
    title: `Merge ${given.head}`,
    body: '',
    isDraft: false,
    mergeability: 'unknown',
    mergeCommit: null,
    ...given,
  };
}

function store(state: MemoryState, written: PullRequest): PullRequest {
  state.pullRequests.set(written.number, written);
  return present(state, written);
}

function joinMarks(before: PullRequestMarks, added: PullRequestMarks): PullRequestMarks {
  const join = (key: keyof PullRequestMarks) => [...new Set([...before[key], ...added[key]])];
  return {
    labels: join('labels'),
    reviewers: join('reviewers'),
    teamReviewers: join('teamReviewers'),
  };
}
