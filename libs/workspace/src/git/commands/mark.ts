import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { RUN_ID_VARIABLE } from './environment.ts';

/** Largest file a command may write, in bytes. */
export const FILE_SIZE_MAX_BYTES = 1024 ** 3;
/** How far a run's own limit may lie above that, to tell it from other runs. */
const MARK_ROOM_BYTES = 2 ** 24;

/**
 * What every process of one run carries, wherever it went: a variable, and a limit for files that no other run has.
 * One that cleared its environment and left its group and parent is still known by its limit.
 */
export interface RunMark {
  readonly id: string;
  readonly fileSizeMaxBytes: number;
}

export function newMark(): RunMark {
  return { id: randomUUID(), fileSizeMaxBytes: FILE_SIZE_MAX_BYTES + randomInt(1, MARK_ROOM_BYTES) };
}

export async function hasMark(pid: number, mark: RunMark): Promise<boolean> {
  const variables = (await readProcess(pid, 'environ')).split('\0');
  if (variables.includes(`${RUN_ID_VARIABLE}=${mark.id}`)) return true;
  const limit = /^Max file size +(\d+) /m.exec(await readProcess(pid, 'limits'));
  return limit?.[1] === String(mark.fileSizeMaxBytes);
}

async function readProcess(pid: number, name: 'environ' | 'limits'): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // It ended meanwhile, or it is another user's and so none of ours.
    return '';
  }
}
