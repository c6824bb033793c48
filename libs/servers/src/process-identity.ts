import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { codeOf } from './error-code.ts';

/** Names one process for good: a pid alone is given to another process after the first one's death. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process, different for a later one with the same pid. */
  readonly startTime: string;
}

/** Null when no such process exists or only its zombie is left. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startTime === identity.startTime;
}

async function identifyByProc(pid: number): Promise<ProcessIdentity | null> {
  try {
    return parseProcStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    // ESRCH: the process ended between open and read.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH') return null;
    throw error;
  }
}

// Positions after the command name, which may itself hold spaces and parentheses.
const STATE_POSITION = 0;
const START_TIME_POSITION = 19;

/** Reads the text of `/proc/<pid>/stat`; null for a zombie, a dead process or a text that is something else. */
export function parseProcStat(stat: string): ProcessIdentity | null {
  const pid = Number.parseInt(stat, 10);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTime = fields[START_TIME_POSITION];
  if (!(pid > 0) || startTime === undefined || !/^\d+$/.test(startTime)) return null;
  return isGone(fields[STATE_POSITION]) ? null : { pid, startTime };
}

/** For systems without /proc. */
export function identifyByPs(pid: number): Promise<ProcessIdentity | null> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } };
    execFile('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], options, (error, stdout) => {
      // ps leaves with 1 when it lists nothing; anything else is trouble with ps itself.
      if (error !== null && error.code !== 1) reject(error);
      else resolve(parsePs(pid, stdout));
    });
  });
}

function parsePs(pid: number, output: string): ProcessIdentity | null {
  const [state, ...started] = output.trim().split(/\s+/);
  return started.length === 0 || isGone(state) ? null : { pid, startTime: started.join(' ') };
}

function isGone(state: string | undefined): boolean {
  return state === undefined || /^[ZXx]/.test(state);
}
