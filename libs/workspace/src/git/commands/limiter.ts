import { TammaError, toError } from '@tamma/domain';
import { countThreads } from './crowd.ts';
import { commandEnvironment } from './environment.ts';
import { newMark, type RunMark } from './mark.ts';
import { findProgram } from './program.ts';
import type { Wish } from './sandbox.ts';
import { supervise } from './supervise.ts';

/** Threads that a command may add to those there are. */
const THREADS_MORE_MAX = 4096;
const PROBE_TIMEOUT_MS = 10_000;
const ROOT = 0;

export interface Invocation {
  readonly program: string;
  readonly args: readonly string[];
}

/** Where `prlimit` is, when it runs here with the very limits that a command gets; else null. */
export async function probeLimiter({ layout, view }: Pick<Wish, 'layout' | 'view'>): Promise<string | null> {
  const mark = newMark();
  try {
    const limiter = await findProgram('prlimit', layout.tree, view.path);
    const probe = { program: await findProgram('true', layout.tree, view.path), args: [] };
    const ended = await supervise({
      ...(await limited(probe, limiter, mark)),
      cwd: layout.tree,
      env: commandEnvironment(layout, view.path, mark.id),
      mark,
      timeoutMs: PROBE_TIMEOUT_MS,
      signal: AbortSignal.timeout(2 * PROBE_TIMEOUT_MS),
      outputMax: 1_000,
      reports: false,
    });
    return ended.exitCode === 0 ? limiter : null;
  } catch (error) {
    if (toError(error) instanceof TammaError) return null;
    throw error;
  }
}

/** The same invocation under limits of the kernel, which all that it starts inherits. */
export async function limited(call: Invocation, limiter: string | null, mark: RunMark): Promise<Invocation> {
  if (limiter === null) return call;
  const limits = ['--core=0', `--fsize=${mark.fileSizeMaxBytes}`];
  // Counts the threads of a user on the whole machine, hence those there are already. Root has no such limit.
  if (process.getuid?.() !== ROOT) limits.push(`--nproc=${(await countThreads()) + THREADS_MORE_MAX}`);
  return { program: limiter, args: [...limits, '--', call.program, ...call.args] };
}
