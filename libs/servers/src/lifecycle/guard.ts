import { readFile } from 'node:fs/promises';
import { codeOf } from '../error-code.ts';
import { isAlive, parseProcStat } from '../process-identity.ts';
import { runCommand } from '../run-command.ts';
import type { ServerFiles } from '../surroundings.ts';
import type { RunningServer } from './spec.ts';

/** Exit code of `flock` when someone else holds the lock. */
export const LOCKED_EXIT_CODE = 75;

// With the lock held and before the server exists: who it will be (the shell keeps its pid through exec) and its port.
const RECORD_THEN_RUN =
  'record=$1; { cat "/proc/$$/stat" && echo "$2"; } > "$record" && shift 2 && exec "$@"';

/**
 * The command line that runs a server under the lock of its data.
 * The server itself and all its children hold the lock for as long as they live, so the kernel frees it exactly
 * when the last of them is gone: a second server on the same data is impossible, whatever was killed when.
 */
export function guarded(files: ServerFiles, port: number, command: readonly string[]): readonly string[] {
  const lock = [
    'flock',
    '--nonblock',
    '--conflict-exit-code',
    String(LOCKED_EXIT_CODE),
    '--no-fork',
    files.lock,
  ];
  return [...lock, 'sh', '-c', RECORD_THEN_RUN, 'sh', files.record, String(port), ...command];
}

/** The live server of ours, if there is one. */
export async function findRunning(
  files: ServerFiles,
  environment: Readonly<Record<string, string>>,
): Promise<RunningServer | undefined> {
  const recorded = await readRecord(files.record);
  if (recorded === undefined || !(await isAlive(recorded.identity))) return undefined;
  // After a reboot a stranger may have both pid and start time; only ours holds the lock.
  return (await isLocked(files.lock, environment)) ? recorded : undefined;
}

const LOCK_PROBE_TIMEOUT_MS = 5000;

async function isLocked(lock: string, environment: Readonly<Record<string, string>>): Promise<boolean> {
  const probe = [
    'flock',
    '--shared',
    '--nonblock',
    '--conflict-exit-code',
    String(LOCKED_EXIT_CODE),
    lock,
    'true',
  ];
  const outcome = await runCommand(probe, { environment, timeoutMs: LOCK_PROBE_TIMEOUT_MS });
  return outcome.exitCode === LOCKED_EXIT_CODE;
}

/** Undefined also while the record is being written. */
async function readRecord(path: string): Promise<RunningServer | undefined> {
  try {
    const [stat = '', port = ''] = (await readFile(path, 'utf8')).split('\n');
    const identity = parseProcStat(stat);
    return identity === null || !/^\d+$/.test(port) ? undefined : { identity, port: Number(port) };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
