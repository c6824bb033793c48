import type { AccountRole, Check, Issue, Reviews, UnreadableIssue } from '@tamma/domain';
import type {
  IssueComment,
  MergeResult,
  Protection,
  PullRequest,
  PullRequestMarks,
  Reaction,
  Repository,
} from '../git-platform.ts';

interface MemoryCommit {
  readonly message: string;
  readonly parent: string | null;
}

/** What one memory platform holds; its parts share it. */
export interface MemoryState {
  readonly account: string;
  readonly now: () => number;
  readonly facts: { repository: Repository; commentsMade: number };
  readonly roles: Map<string, AccountRole>;
  readonly issues: Map<number, Issue>;
  readonly unreadable: UnreadableIssue[];
  readonly comments: Map<string, IssueComment>;
  readonly reactions: Map<string, Set<Reaction>>;
  readonly branches: Map<string, string>;
  readonly commits: Map<string, MemoryCommit>;
  readonly protections: Map<string, Protection>;
  /** As they were written; an open one of this repository stands where its branch stands. */
  readonly pullRequests: Map<number, PullRequest>;
  readonly marks: Map<number, PullRequestMarks>;
  readonly mergeabilities: Map<string, PullRequest['mergeability']>;
  readonly mergeAnswers: Map<string, MergeResult>;
  readonly checks: Map<string, readonly Check[]>;
  readonly checkLogs: Map<string, string>;
  readonly reruns: string[];
  readonly reviews: Map<number, Reviews>;
}

const REPOSITORY: Repository = {
  id: 'memory',
  fullName: 'memory/repository',
  isArchived: false,
  defaultBranch: 'main',
};

export function createMemoryState(account: string, now: () => number): MemoryState {
  return {
    account,
    now,
    facts: { repository: REPOSITORY, commentsMade: 0 },
    roles: new Map(),
    issues: new Map(),
    unreadable: [],
    comments: new Map(),
    reactions: new Map(),
    branches: new Map(),
    commits: new Map(),
    protections: new Map(),
    pullRequests: new Map(),
    marks: new Map(),
    mergeabilities: new Map(),
    mergeAnswers: new Map(),
    checks: new Map(),
    checkLogs: new Map(),
    reruns: [],
    reviews: new Map(),
  };
}

export function timeOf({ now }: MemoryState): string {
  return new Date(now()).toISOString();
}

/** Issues and pull requests are numbered in one series. */
export function nextNumber({ issues, pullRequests }: MemoryState): number {
  return Math.max(0, ...issues.keys(), ...pullRequests.keys()) + 1;
}
