import type { ChangedFile, CommitRecord } from '@tamma/domain';

export type SandboxKind = 'bubblewrap' | 'none';

export interface OpenRequest {
  /** Names the folder; two attempts must not use the same key at once. */
  readonly key: string;
  readonly cloneUrl: string;
  /** Branch to check out at its head. */
  readonly branch: string;
  /** Asked before each call of git that reaches the repository's host; null: it needs none. */
  readonly readCredential?: () => Promise<Credential | null>;
}

/** Given to git alone, for one call, in that process's own configuration. */
export interface Credential {
  readonly username: string;
  readonly password: string;
}

export type RebaseResult =
  /** The head stands on the base now; nothing is pushed. Authors and messages of its commits are kept. */
  | { readonly kind: 'rebased'; readonly baseCommit: string; readonly headCommit: string }
  /**
   * The tree holds the whole change on top of the base, with conflict markers in these files; the head is the base.
   * Committing makes one commit of it.
   */
  | { readonly kind: 'conflict'; readonly baseCommit: string; readonly files: readonly string[] };

export interface CommandRequest {
  /** Program and arguments; no shell is involved. */
  readonly argv: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Longest output kept, in characters; the middle is cut with a note. */
  readonly outputMax?: number;
}

export interface CommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Standard output and error as they came. */
  readonly output: string;
  readonly durationMs: number;
}

export interface CommitRequest {
  readonly message: string;
  /** Lines `Key: value` for the end of the message. */
  readonly trailers: Readonly<Record<string, string>>;
}

export type PushResult =
  | { readonly kind: 'pushed'; readonly commit: string }
  | { readonly kind: 'refused'; readonly detail: string };

export interface Change {
  readonly files: readonly ChangedFile[];
  /** Unified diff. */
  readonly patch: string;
}

export interface SearchHit {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export interface SecretFinding {
  readonly path: string;
  readonly line: number;
  /** Which kind of secret; never the secret itself. */
  readonly kind: string;
}

/**
 * A checkout of one branch in a folder of its own, gone when disposed. Paths are relative to it; one that leaves
 * it, through `..`, an absolute path or a symbolic link, is refused with a TammaError of class `validation`.
 */
export interface Workspace extends AsyncDisposable {
  readonly root: string;
  /** The commit that was checked out. */
  readonly startCommit: string;
  /** Files git knows or would add, sorted. */
  listFiles(): Promise<readonly string[]>;
  /** The whole text of a file; refuses binary files and those over 1 MiB. */
  readFile(path: string): Promise<string>;
  writeFile(path: string, text: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  /** Lines that hold the text, case-insensitive, at most 200. */
  search(text: string): Promise<readonly SearchHit[]>;
  /** Runs a command with a scrubbed environment, in the sandbox when there is one; its whole process group ends with it. */
  run(request: CommandRequest): Promise<CommandResult>;
  /** Commits everything that changed; null when nothing did. */
  commit(request: CommitRequest): Promise<CommitRecord | null>;
  /** Commits after `base` up to the head, oldest first, with their trailers in the message. */
  commitsSince(base: string): Promise<readonly CommitRecord[]>;
  /** What changed between `base` and the head. */
  changeSince(base: string): Promise<Change>;
  /** Secrets in lines added since `base`. */
  findSecrets(base: string): Promise<readonly SecretFinding[]>;
  /** Where the head and the base branch, as it stands at its host now, parted; fetches the base. */
  forkPoint(base: string): Promise<{ readonly baseCommit: string; readonly forkCommit: string }>;
  /**
   * Puts the commits since the head left the base onto the base as it stands at its host now. `began` is the commit
   * of the base that the branch began at: what came before it does not come back where the base was rewritten since.
   * Refuses a checkout with changes that are not committed, with class `validation`.
   */
  rebase(base: string, began?: string): Promise<RebaseResult>;
  /** Pushes the head to the branch only while the branch is at `expected` (`--force-with-lease`). */
  push(branch: string, expected: string): Promise<PushResult>;
}

export interface Workspaces {
  readonly sandbox: SandboxKind;
  open(request: OpenRequest): Promise<Workspace>;
  /** Removes folders whose process is gone. Returns how many went. */
  sweep(): Promise<number>;
}
