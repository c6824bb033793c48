import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import { errorCodeOf, fileError } from './text-file.ts';

const WAIT_MAX_MS = 15_000;
const POLL_MS = 15;
/** A holder works for milliseconds; one this old was killed half-way. */
const STALE_AFTER_MS = 5_000;

/**
 * Runs the work while no other process runs work under this path. A lock left by a killed process lapses by its age:
 * the holder may live in another container, where its number would mean another process.
 */
export async function withLock<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  const mark = randomUUID();
  const deadline = Date.now() + WAIT_MAX_MS;
  while (!(await take(path, mark))) {
    await dropStale(path);
    if (Date.now() > deadline) throw lockBusy(path);
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await release(path, mark);
  }
}

async function take(path: string, mark: string): Promise<boolean> {
  try {
    await writeFile(path, mark, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw fileError(path, error);
  }
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
  if (!(await take(guard, mark))) {
    if (await isStale(guard)) await rm(guard, { force: true });
    return;
  }
  try {
    if (await isStale(path)) await rm(path, { force: true });
  } finally {
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

function lockBusy(path: string): TammaError {
  return new TammaError('ISSUE_BUSY', `${path} was held by others for ${WAIT_MAX_MS} ms`, {
    class: 'network',
    remedy: 'Delete the file if no process of ours runs.',
  });
}
