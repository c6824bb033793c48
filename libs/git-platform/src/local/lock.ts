import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import { errorCodeOf, fileError } from './text-file.ts';

const WAIT_MAX_MS = 15_000;
const POLL_MS = 15;
/** A holder says more often than this that it lives; one that did not was killed half-way. */
const STALE_AFTER_MS = 5_000;
/** Several chances within that time, however busy the machine. */
const TOUCH_EVERY_MS = 1_000;

export interface LockOptions {
  /** How long to wait for one's turn. */
  readonly waitMaxMs: number;
  /** What is thrown when that was too long. */
  readonly busy: (path: string) => TammaError;
}

const ISSUE_LOCK: LockOptions = { waitMaxMs: WAIT_MAX_MS, busy: issueBusy };

/**
 * Runs the work while no other process runs work under this path. A lock left by a killed process lapses by its age:
 * the holder may live in another container, where its number would mean another process.
 */
export async function withLock<Value>(
  path: string,
  work: () => Promise<Value>,
  { waitMaxMs, busy }: LockOptions = ISSUE_LOCK,
): Promise<Value> {
  const mark = randomUUID();
  const deadline = Date.now() + waitMaxMs;
  let file = await take(path, mark);
  while (file === null) {
    await dropStale(path);
    if (Date.now() > deadline) throw busy(path);
    await sleep(POLL_MS);
    file = await take(path, mark);
  }
  const touching = setInterval(touch, TOUCH_EVERY_MS, file).unref();
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await file.close();
    await release(path, mark);
  }
}

/** The file of the lock, open; null when another holds it. */
async function take(path: string, mark: string): Promise<FileHandle | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path, 'wx');
    await file.writeFile(mark);
    return file;
  } catch (error) {
    await file?.close();
    if (errorCodeOf(error) === 'EEXIST') return null;
    throw fileError(path, error);
  }
}

/** Through the open file, so that never another's lock is kept young. A disk that refuses lets the lock lapse, no more. */
function touch(file: FileHandle): void {
  const now = new Date();
  file.utimes(now, now).catch(() => undefined);
}

/** A holder that was held up for too long finds another's lock in its place, and leaves it there. */
async function release(path: string, mark: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === mark) await rm(path, { force: true });
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw fileError(path, error);
  }
}

/**
 * Of all who saw the lock old, one at a time looks again and removes it: without that, the slower of two would remove
 * the lock that the faster one has taken since.
 */
async function dropStale(path: string): Promise<void> {
  if (!(await isStale(path))) return;
  const guard = `${path}.stale`;
  const mark = randomUUID();
  const file = await take(guard, mark);
  if (file === null) {
    if (await isStale(guard)) await rm(guard, { force: true });
    return;
  }
  try {
    if (await isStale(path)) await rm(path, { force: true });
  } finally {
    await file.close();
    await release(guard, mark);
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_AFTER_MS;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return false;
    throw fileError(path, error);
  }
}

function issueBusy(path: string): TammaError {
  return new TammaError('ISSUE_BUSY', `${path} was held by others for ${WAIT_MAX_MS} ms`, {
    class: 'network',
    remedy: 'Delete the file if no process of ours runs.',
  });
}
