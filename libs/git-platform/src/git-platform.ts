import type {
  AccountKind,
  AccountRole,
  AuthorRole,
  Check,
  Issue,
  ReviewComment,
  Reviews,
  UnreadableIssue,
} from '@tamma/domain';

/** The repository as its platform knows it now; it may have been renamed or archived since it was configured. */
export interface Repository {
  /** Stays when the repository is renamed. */
  readonly id: string;
  /** `owner/name` where the platform has owners. */
  readonly fullName: string;
  readonly isArchived: boolean;
  readonly defaultBranch: string;
}

/** What git shows to the platform; never part of a URL, a command line or the checkout. */
export interface GitCredential {
  readonly username: string;
  readonly password: string;
}

export interface IssueList {
  readonly issues: readonly Issue[];
  readonly unreadable: readonly UnreadableIssue[];
}

/** What somebody wrote below an issue or a pull request, whose numbers are of one series. */
export interface IssueComment {
  readonly id: string;
  readonly issue: number;
  readonly author: string;
  readonly authorKind: AccountKind;
  readonly authorRole: AuthorRole;
  readonly body: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What we put on a comment so that its author sees what became of it. */
export type Reaction = 'seen' | 'done' | 'refused';

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly state: 'open' | 'merged' | 'closed';
  readonly author: string;
  /** Branch name, and the commit it points at now. */
  readonly head: string;
  readonly headCommit: string;
  /** Whether its branch lies in another repository, whoever that belongs to. */
  readonly isFromFork: boolean;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly isDraft: boolean;
  /** What the platform thinks of merging it now; `unknown` while it has not found out, or for a list. */
  readonly mergeability: 'clean' | 'conflict' | 'behind' | 'unknown';
  readonly mergeCommit: string | null;
}

export interface PullRequestRequest {
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly issue: number;
  /** How one is opened; one that is open stays as it is. */
  readonly as: 'draft' | 'ready';
}

/** What else stands on a pull request; nothing is ever taken off it. */
export interface PullRequestMarks {
  readonly labels: readonly string[];
  /** Accounts and teams who are asked for a review, once: whoever reviewed or was asked is not asked again. */
  readonly reviewers: readonly string[];
  readonly teamReviewers: readonly string[];
}

export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface MergeRequest {
  readonly number: number;
  /** The commit that was approved and gated; any other head is refused. */
  readonly headCommit: string;
  readonly message: string;
  readonly method: MergeMethod;
}

export type MergeResult =
  | { readonly kind: 'merged'; readonly mergeCommit: string }
  /** It stands in the platform's merge queue, and is merged, or put out of it, later. */
  | { readonly kind: 'queued'; readonly detail: string }
  /** The platform's rules want something first, which may still come. */
  | { readonly kind: 'blocked'; readonly on: 'ci' | 'review'; readonly detail: string }
  | {
      readonly kind: 'refused';
      readonly why: 'conflict' | 'head-moved' | 'closed' | 'base-moved' | 'not-allowed';
      readonly detail: string;
    };

/** What the base branch's protection demands of a pull request. */
export interface Protection {
  /** Names of checks that must be green. */
  readonly requiredChecks: readonly string[];
  readonly requiredReviews: number;
  /** Whether the head must hold the base's latest commit. */
  readonly isStrict: boolean;
  readonly hasMergeQueue: boolean;
}

export interface IssueMarks {
  readonly labelsAdded?: readonly string[];
  readonly labelsRemoved?: readonly string[];
  readonly assignee?: string | null;
}

export interface CommitOutline {
  readonly hash: string;
  readonly message: string;
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
  /** For git, fresh enough for one call of it; null where it needs none. Never kept, logged or handed on. */
  readCredential(): Promise<GitCredential | null>;
  readRepository(): Promise<Repository>;
  /** What an account may do here; `none` for one that is unknown. */
  readRole(account: string): Promise<AccountRole>;

  listOpenIssues(): Promise<IssueList>;
  /** Null when there is no such issue here: never made, deleted, or moved to another repository. Throws when its record is unreadable. */
  readIssue(number: number): Promise<Issue | null>;
  markIssue(number: number, marks: IssueMarks): Promise<void>;
  closeIssue(number: number): Promise<void>;
  reopenIssue(number: number): Promise<void>;

  /** Comments of the repository's issues and pull requests made or edited since then (ISO 8601), oldest change first. */
  listComments(since: string): Promise<readonly IssueComment[]>;
  /** Comments below one issue, oldest first; of a very long talk the first thousand. */
  listIssueComments(number: number): Promise<readonly IssueComment[]>;
  /** One comment of ours per marker: created, or edited when its text differs. Markers in other people's comments count for nothing. */
  ensureComment(number: number, marker: string, body: string): Promise<void>;
  react(comment: Pick<IssueComment, 'id' | 'issue'>, reaction: Reaction): Promise<void>;

  /** Commit a branch points at, null when it does not exist. */
  readBranch(name: string): Promise<string | null>;
  /** Creates the branch at the commit; a branch that exists already is left where it is. Returns its commit. */
  ensureBranch(name: string, commit: string): Promise<string>;
  /** Deletes the branch only while it points at the commit; true when it is gone afterwards. */
  deleteBranch(name: string, commit: string): Promise<boolean>;
  /** The latest commits of a branch, newest first, at most `limit`. */
  listCommits(branch: string, limit: number): Promise<readonly CommitOutline[]>;
  readProtection(branch: string): Promise<Protection>;

  listOpenPullRequests(): Promise<readonly PullRequest[]>;
  /** The open or merged pull request of this head, found before one is opened. An open one gets title and body anew. */
  ensurePullRequest(request: PullRequestRequest): Promise<PullRequest>;
  readPullRequest(number: number): Promise<PullRequest | null>;
  markPullRequest(number: number, marks: PullRequestMarks): Promise<void>;
  setDraft(number: number, to: 'draft' | 'ready'): Promise<void>;
  closePullRequest(number: number): Promise<void>;
  /** Merging a merged one is success. Never merges another head than the one named. */
  mergePullRequest(request: MergeRequest): Promise<MergeResult>;

  /** What the platform checked on a commit; null where it never checks anything. */
  readChecks(commit: string): Promise<readonly Check[] | null>;
  /** The end of what a check printed, at most so many characters; empty when it keeps no log. */
  readCheckLog(check: Check, charactersMax: number): Promise<string>;
  /** Runs the failed ones of these again; false when the platform cannot, or will not. */
  rerunChecks(checks: readonly Check[]): Promise<boolean>;
  readReviews(number: number): Promise<Reviews>;
  /** One answer of ours per remark, below it. */
  ensureReply(number: number, comment: Pick<ReviewComment, 'id'>, body: string): Promise<void>;
}
