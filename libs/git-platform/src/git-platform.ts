import type { Issue, UnreadableIssue } from '@tamma/domain';

export interface IssueList {
  readonly issues: readonly Issue[];
  readonly unreadable: readonly UnreadableIssue[];
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  /** Branch name, and the commit it points at now. */
  readonly head: string;
  readonly headCommit: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly mergeCommit: string | null;
}

export interface PullRequestRequest {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly issue: number;
}

export interface MergeRequest {
  readonly number: number;
  /** The commit that was approved and gated; any other head is refused. */
  readonly headCommit: string;
  readonly message: string;
}

export type MergeResult =
  | { readonly kind: 'merged'; readonly mergeCommit: string }
  | {
      readonly kind: 'refused';
      readonly why: 'conflict' | 'head-moved' | 'closed' | 'base-moved';
      readonly detail: string;
    };

export interface IssueMarks {
  readonly labelsAdded?: readonly string[];
  readonly labelsRemoved?: readonly string[];
  readonly assignee?: string | null;
}

/**
 * One repository on a Git platform. Every effect is `ensure`-shaped: doing it twice equals doing it once.
 * Methods throw a TammaError: class `network` or `rate-limit` when trying again may help, `validation` when a
 * thing does not exist or is not as it must be, `authentication`, `conflict`.
 */
export interface GitPlatform {
  readonly name: string;
  /** What git clones from and pushes to. Holds no credential. */
  readonly cloneUrl: string;
  listOpenIssues(): Promise<IssueList>;
  /** Null when there is no such issue. Throws when its record is unreadable. */
  readIssue(number: number): Promise<Issue | null>;
  markIssue(number: number, marks: IssueMarks): Promise<void>;
  /** One comment of ours per marker: created, or edited when its text differs. Markers in other people's comments count for nothing. */
  ensureComment(number: number, marker: string, body: string): Promise<void>;
  closeIssue(number: number): Promise<void>;
  /** Commit a branch points at, null when it does not exist. */
  readBranch(name: string): Promise<string | null>;
  /** Creates the branch at the commit; a branch that exists already is left where it is. Returns its commit. */
  ensureBranch(name: string, commit: string): Promise<string>;
  /** Deletes the branch only while it points at the commit; true when it is gone afterwards. */
  deleteBranch(name: string, commit: string): Promise<boolean>;
  /** The open or merged pull request of this head, found before one is opened. An open one gets title and body anew. */
  ensurePullRequest(request: PullRequestRequest): Promise<PullRequest>;
  readPullRequest(number: number): Promise<PullRequest | null>;
  /** Merging a merged one is success. Never merges another head than the one named. */
  mergePullRequest(request: MergeRequest): Promise<MergeResult>;
}
