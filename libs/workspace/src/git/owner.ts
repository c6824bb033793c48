import { readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { errorCode } from './error-code.ts';

/** The process a folder belongs to. */
interface Owner {
  readonly pid: number;
  /** Start time in kernel ticks; tells a process from a later one with the same number. */
  readonly startedAt: string;
  /** Boot and pid namespace in which the number means anything. */
  readonly scope: string;
}

/** An owner we cannot look up (another container or boot) is taken for gone after this time; no task lives as long. */
const FOREIGN_AGE_MAX_MS = 24 * 60 * 60 * 1000;

export async function recordOwner(file: string): Promise<void> {
  const owner = { pid: process.pid, startedAt: await startTimeOf(process.pid), scope: await ownScope() };
  await writeFile(file, JSON.stringify(owner), { flag: 'wx' });
}

/** Whether the process that wrote the file has ended. A file that does not parse is judged by its age. */
export async function isOwnerGone(file: string, nowMs: number): Promise<boolean> {
  const owner = parseOwner(await readFile(file, 'utf8'));
  if (owner !== undefined && owner.scope === (await ownScope())) {
    return (await startTimeOf(owner.pid)) !== owner.startedAt;
  }
  return nowMs - (await stat(file)).mtimeMs > FOREIGN_AGE_MAX_MS;
}

/** Undefined when no such process runs; a zombie does not run. */
async function startTimeOf(pid: number): Promise<string | undefined> {
  const text = await readProcessStat(pid);
  // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? [];
  const state = fields[0];
  return state === undefined || state === 'Z' || state === 'X' ? undefined : fields[19];
}

async function readProcessStat(pid: number): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ESRCH') return undefined;
    throw error;
  }
}

async function ownScope(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
}

function parseOwner(text: string): Owner | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its writer may be at it this moment, or died at it: the age of the file decides.
    return undefined;
  }
  return isOwner(value) ? value : undefined;
}

function isOwner(value: unknown): value is Owner {
  if (typeof value !== 'object' || value === null) return false;
  if (!('pid' in value && 'startedAt' in value && 'scope' in value)) return false;
  return (
    Number.isInteger(value.pid) && typeof value.startedAt === 'string' && typeof value.scope === 'string'
  );
}
