import type { ChangedFile, CommitRecord } from '@tamma/domain';

export type SandboxKind = 'bubblewrap' | 'none';

export type LimitsKind = 'prlimit' | 'none';

export interface OpenRequest {
  /** Names the folder; two attempts must not use the same key at once. */
  readonly key: string;
  readonly cloneUrl: string;
  /** Branch to check out at its head. */
  readonly branch: string;
  /** Asked before each call of git that reaches the repository's host; null: it needs none. */
  readonly readCredential?: () => Promise<Credential | null>;
  /** Values that must not leave this machine: a change that holds one holds a secret, whatever it looks like. */
  readonly secrets?: readonly string[];
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
  /** Whether it may reach the network; in the sandbox it is cut off otherwise. */
  readonly network?: boolean;
  /** Written to its standard input, which is closed then; absent: it has none. */
  readonly stdin?: string;
  /** Set beside the few that every command gets. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files and folders outside the checkout that it may read in the sandbox. */
  readonly readable?: readonly string[];
  /** Told each piece of standard output as it comes. It must not throw. */
  readonly onOutput?: (text: string) => void;
}

export interface CommandResult {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Standard output and error as they came. */
  readonly output: string;
  /** Standard output alone. */
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** What it ran in. */
  readonly sandbox: SandboxKind;
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

/** Where nothing else is said, case does not count and the text is taken as it is. */
export interface SearchRequest {
  readonly text: string;
  /** A regular expression of ripgrep's, or of git's where there is no ripgrep. */
  readonly isPattern?: boolean;
  /** Only in files whose path fits: `*` within a folder's name, `**` across folders. */
  readonly paths?: string;
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
  /** Lines that hold the text, or fit the pattern, at most 200. */
  search(wanted: string | SearchRequest): Promise<readonly SearchHit[]>;
  /** Runs a command with a scrubbed environment, in the sandbox when there is one; its whole process group ends with it. */
  run(request: CommandRequest): Promise<CommandResult>;
  /** The text of a file as it was in that commit; null where it was not there, or is no text. */
  readFileAt(commit: string, path: string): Promise<string | null>;
  /** Commits of the head's history, newest first. */
  history(max: number): Promise<readonly CommitRecord[]>;
  /** Files that differ from the commit that was checked out, or from the head; sorted. */
  changedFiles(): Promise<readonly string[]>;
  /** Says whether two states of the tree are the same: names and contents of all that is not committed, and the head. */
  fingerprint(): Promise<string>;
  /** Keeps the tree as it lies there, but for what is ignored; returns a name for `putBack`. */
  keepTree(): Promise<string>;
  /** Makes these files what they are in a commit or a kept tree, with mode and kind; those it has not are removed. */
  putBack(from: string, paths: readonly string[]): Promise<void>;
  /** Commits these files as they are; null when none of them changed. */
  commitFiles(paths: readonly string[], request: CommitRequest): Promise<CommitRecord | null>;
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
  /** Whether the kernel limits the files that commands write; their number of processes is limited without it, too. */
  readonly limits: LimitsKind;
  open(request: OpenRequest): Promise<Workspace>;
  /** Removes folders whose process is gone. Returns how many went. */
  sweep(): Promise<number>;
}
