import { readdir } from 'node:fs/promises';
import { errorCode } from '../error-code.ts';
import { hasMark, type RunMark } from './mark.ts';

const STRAGGLER_ROUNDS_MAX = 20;
/** Gone already, or run as another user: neither is ours to end. */
const NOT_OURS = new Set(['ESRCH', 'EPERM']);

/** Sends a signal to every process of a group; a group that is gone already is fine. */
export function signalGroup(groupId: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-groupId, signal);
  } catch (error) {
    if (!NOT_OURS.has(errorCode(error) ?? '')) throw error;
  }
}

/**
 * Kills processes of a run that left its group (`setsid`), known by the marks they carry. One that got rid of all of
 * them on purpose is not found: only the sandbox holds that one.
 */
export async function killStragglers(mark: RunMark): Promise<void> {
  for (let round = 0; round < STRAGGLER_ROUNDS_MAX; round += 1) {
    const found = await processesOf(mark);
    if (found.length === 0) return;
    for (const pid of found) killOne(pid);
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (!NOT_OURS.has(errorCode(error) ?? '')) throw error;
  }
}

export async function processesOf(mark: RunMark): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(pids.map((pid) => hasMark(pid, mark)));
  return pids.filter((_, index) => marked[index]);
}
