import { execFile } from 'node:child_process';
import { TammaError } from '@tamma/domain';

const GIT_TIMEOUT_MS = 30_000;
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;
/** Characters of git's own complaint that an error carries; the cause stands at the end. */
const COMPLAINT_MAX = 600;
/** How long git waits for a ref that another process is moving, before it gives up. */
const REF_LOCK_TIMEOUT_MS = 2_000;
const SEARCH_PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';
/** `merge-tree --write-tree`, by which we merge without a work tree, came with this version. */
const VERSION_MIN = [2, 38] as const;

export interface GitOptions {
  /** Absolute path of the bare repository. */
  readonly repository: string;
  /** Name that commits carry. */
  readonly account: string;
  /** Folders to look for the git program in, as in PATH. */
  readonly searchPath?: string;
}

interface GitCall {
  readonly input?: string;
  /** Exit codes other than 0 that are answers, not failures. */
  readonly answers?: readonly number[];
}

interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
}

/** Runs git on one repository. Throws a TammaError with the end of git's complaint. */
export type Git = (args: readonly string[], call?: GitCall) => Promise<GitResult>;

interface Finished {
  readonly error: Error | null;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function openGit(options: GitOptions): Git {
  return async (args, call = {}) => {
    const finished = await start(options, args, call.input);
    const { exitCode, stdout } = finished;
    const isAnswer = exitCode !== null && [0, ...(call.answers ?? [])].includes(exitCode);
    if (!isAnswer) throw gitError(options, args, finished);
    return { exitCode, stdout };
  };
}

/** Throws when this machine's git is too old to merge without a work tree. */
export async function requireGitVersion(git: Git): Promise<void> {
  const { stdout } = await git(['version']);
  const [major = 0, minor = 0] = (/\d+(\.\d+)*/.exec(stdout)?.[0] ?? '').split('.').map(Number);
  const [majorMin, minorMin] = VERSION_MIN;
  if (major > majorMin || (major === majorMin && minor >= minorMin)) return;
  throw new TammaError('GIT_TOO_OLD', `"${stdout.trim()}" is too old`, {
    class: 'validation',
    remedy: `Install git ${VERSION_MIN.join('.')} or newer: merging without a work tree needs it.`,
  });
}

function start(options: GitOptions, args: readonly string[], input = ''): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      'git',
      [...configuration(), `--git-dir=${options.repository}`, ...args],
      {
        cwd: '/',
        env: environmentOf(options),
        timeout: GIT_TIMEOUT_MS,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_MAX_BYTES,
      },
      (error, stdout, stderr) => {
        const code = error?.code;
        const exitCode = error === null ? 0 : typeof code === 'number' ? code : null;
        resolve({ error, exitCode, stdout, stderr });
      },
    );
    // A git that ends before it reads its input breaks the pipe; its exit code says what happened.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Nothing outside the repository steers our git, and nothing inside it runs a program. */
function configuration(): string[] {
  const settings = [
    'safe.directory=*',
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'gc.auto=0',
    'protocol.ext.allow=never',
    `core.filesRefLockTimeout=${REF_LOCK_TIMEOUT_MS}`,
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}

function environmentOf({ account, searchPath = SEARCH_PATH }: GitOptions): Record<string, string> {
  const email = `${account}@localhost`;
  return {
    PATH: searchPath,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: account,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: account,
    GIT_COMMITTER_EMAIL: email,
  };
}

function gitError(options: GitOptions, args: readonly string[], finished: Finished): TammaError {
  const { error, stderr } = finished;
  const cause = error ?? undefined;
  if (error !== null && 'code' in error && error.code === 'ENOENT') {
    const remedy = `Install git ${VERSION_MIN.join('.')} or newer.`;
    return new TammaError('GIT_MISSING', 'no git program was found', { class: 'validation', remedy, cause });
  }
  if (stderr.includes('not a git repository')) return repositoryMissing(options.repository, cause);
  const complaint = stderr.trim().slice(-COMPLAINT_MAX) || endingOf(error);
  return new TammaError('GIT_FAILED', `git ${args[0]} failed in ${options.repository}: ${complaint}`, {
    class: stderr.includes('No space left') ? 'system' : 'unknown',
    remedy: 'Look at what git says and put the repository right.',
    cause,
  });
}

function repositoryMissing(repository: string, cause?: unknown): TammaError {
  return new TammaError('REPOSITORY_MISSING', `${repository} is not a git repository`, {
    class: 'validation',
    remedy: `Correct the project's "repository", or make one with: git init --bare ${repository}`,
    cause,
  });
}

function endingOf(error: Error | null): string {
  if (error !== null && 'killed' in error && error.killed === true) {
    return `it did not end within ${GIT_TIMEOUT_MS} ms`;
  }
  return 'it said nothing';
}
