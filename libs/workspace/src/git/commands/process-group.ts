import { readdir, readFile } from 'node:fs/promises';
import { errorCode } from '../error-code.ts';
import { RUN_ID_VARIABLE } from './environment.ts';

const STRAGGLER_ROUNDS_MAX = 5;
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
 * Kills processes of a run that left its group (`setsid`), known by a variable in their environment. One that also
 * cleared its environment is not found: only the sandbox holds that one.
 */
export async function killStragglers(runId: string): Promise<void> {
  for (let round = 0; round < STRAGGLER_ROUNDS_MAX; round += 1) {
    const found = await processesOf(runId);
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

async function processesOf(runId: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const marked = await Promise.all(pids.map((pid) => hasMark(pid, runId)));
  return pids.filter((_, index) => marked[index]);
}

async function hasMark(pid: number, runId: string): Promise<boolean> {
  try {
    const variables = (await readFile(`/proc/${pid}/environ`, 'latin1')).split('\0');
    return variables.includes(`${RUN_ID_VARIABLE}=${runId}`);
  } catch {
    // It ended meanwhile, or it is another user's and so none of ours.
    return false;
  }
}
