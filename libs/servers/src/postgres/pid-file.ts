import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../error-code.ts';
import { identify } from '../process-identity.ts';

/** What a postmaster says about itself in its data folder. */
export interface PidFile {
  readonly pid: number;
  /** `starting`, `ready`, `stopping`, `standby`, or empty at the very beginning. */
  readonly status: string;
}

const STATUS_LINE = 7;

export function pidFileOf(dataFolder: string): string {
  return join(dataFolder, 'postmaster.pid');
}

/** Undefined when there is none, or it says nothing that makes sense. */
export async function readPidFile(dataFolder: string): Promise<PidFile | undefined> {
  try {
    const lines = (await readFile(pidFileOf(dataFolder), 'utf8')).split('\n');
    const pid = Number.parseInt(lines[0] ?? '', 10);
    return pid > 0 ? { pid, status: (lines[STATUS_LINE] ?? '').trim() } : undefined;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The pid of a live server that works in this folder, by its pid file; not of a zombie or a stranger. */
export async function livePostmaster(dataFolder: string): Promise<number | undefined> {
  const file = await readPidFile(dataFolder);
  if (file === undefined || (await identify(file.pid)) === null) return undefined;
  try {
    const works = await readlink(`/proc/${file.pid}/cwd`);
    return works === (await realpath(dataFolder)) ? file.pid : undefined;
  } catch (error) {
    // Gone meanwhile, or another user's process: neither is a server of this folder.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return undefined;
    throw error;
  }
}
