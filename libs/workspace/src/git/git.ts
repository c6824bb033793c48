import { type ExecFileException, execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { gitFailure, hideCredentials } from './git-failure.ts';
import type { Layout } from './layout.ts';
import { searchDirectories } from './search-path.ts';

export interface GitOptions {
  readonly input?: Buffer | string;
  readonly timeoutMs?: number;
  readonly outputMaxBytes?: number;
  /** Exit codes that are an answer, not a failure; 0 always is. */
  readonly accept?: readonly number[];
  /** Added to the environment of this call. */
  readonly env?: Readonly<Record<string, string>>;
  /** What git says that makes any exit code an answer. */
  readonly acceptSaid?: RegExp;
  /** Texts that git may know and nobody may see: hidden wherever it prints them. */
  readonly secrets?: readonly string[];
  /** Give back what was printed so far instead of failing when it is more than `outputMaxBytes`. */
  readonly partial?: boolean;
  /** Program and arguments that run it under a limit, when there is one. */
  readonly under?: readonly string[];
  /** Kills it. */
  readonly signal?: AbortSignal;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** Without credentials. */
  readonly stderr: string;
}

/** Git on one checkout. Throws a TammaError naming the subcommand and the end of what git said. */
export interface Git {
  run(args: readonly string[], options?: GitOptions): Promise<GitResult>;
  /** Standard output as text, without the newline at its end. */
  text(args: readonly string[], options?: GitOptions): Promise<string>;
  /** Full ids of commits that were found in the checkout: nothing is ever removed from it. */
  readonly commits: Set<string>;
}

const LOCAL_TIMEOUT_MS = 60_000;
/** For calls that talk to another repository. */
export const REMOTE_TIMEOUT_MS = 300_000;
const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;

/** On the command line, where they win over any file: nothing here may start a program of somebody's choosing. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.bare=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.quotePath=false',
  'core.autocrlf=false',
  'credential.helper=',
  'safe.directory=*',
  'protocol.ext.allow=never',
  // A redirect would carry the credential's header to wherever it leads.
  'http.followRedirects=false',
  // Ends the helper that speaks HTTP, which lives on when git itself was killed at its time limit.
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=120',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
].flatMap((setting) => ['-c', setting]);

export function gitAt(
  layout: Layout,
  path: string,
  certificates: Readonly<Record<string, string>> = {},
): Git {
  const base = [...SETTINGS, `--git-dir=${layout.gitDir}`, `--work-tree=${layout.tree}`];
  const env = { ...certificates, ...gitEnvironment(path) };
  const run = (args: readonly string[], options: GitOptions = {}) =>
    execute({ argv: [...base, ...args], name: args[0] ?? '', cwd: layout.tree, env }, options);
  return {
    run,
    commits: new Set(),
    text: async (args, options) => {
      const { stdout } = await run(args, options);
      return stdout.toString('utf8').replace(/\n$/, '');
    },
  };
}

function gitEnvironment(path: string): Record<string, string> {
  return {
    PATH: searchDirectories(path).join(delimiter),
    HOME: '/dev/null',
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(import.meta.dirname, 'trust.gitconfig'),
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
  };
}

interface Invocation {
  readonly argv: readonly string[];
  /** The subcommand, for messages. */
  readonly name: string;
  readonly cwd: string;
  readonly env: Record<string, string>;
}

function execute(call: Invocation, options: GitOptions): Promise<GitResult> {
  const timeoutMs = options.timeoutMs ?? LOCAL_TIMEOUT_MS;
  const settings = {
    cwd: call.cwd,
    env: { ...call.env, ...options.env },
    timeout: timeoutMs,
    maxBuffer: options.outputMaxBytes ?? OUTPUT_MAX_BYTES,
    killSignal: 'SIGKILL',
    encoding: 'buffer',
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  } as const;
  return new Promise((resolve, reject) => {
    const [program = 'git', ...args] = [...(options.under ?? []), 'git', ...call.argv];
    const child = execFile(program, args, settings, (error, stdout, stderr) => {
      const said = hideCredentials(stderr.toString('utf8'), options.secrets);
      const exitCode = answerOf(error, said, options);
      if (exitCode !== undefined) resolve({ exitCode, stdout, stderr: said });
      else reject(gitFailure({ name: call.name, error, stderr: said, timeoutMs }));
    });
    // Git may end before it has read everything; its exit code tells why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(options.input ?? '');
  });
}

/** The exit code when the call gave an answer, undefined when it failed. */
function answerOf(error: ExecFileException | null, said: string, options: GitOptions): number | undefined {
  if (error === null) return 0;
  if (options.partial && error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 0;
  if (typeof error.code !== 'number') return undefined;
  const isAnswer = options.accept?.includes(error.code) || options.acceptSaid?.test(said);
  return isAnswer ? error.code : undefined;
}
