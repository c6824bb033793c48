import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import { errorCodeOf, fileError } from './text-file.ts';

const WAIT_MAX_MS = 15_000;
const POLL_MS = 15;
/** A holder works for milliseconds; one this old was killed half-way. */
const STALE_AFTER_MS = 5_000;

/** Runs the work while no other process runs work under this path. A lock left by a killed process lapses. */
export async function withLock<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  const deadline = Date.now() + WAIT_MAX_MS;
  while (!(await take(path))) {
    await dropStale(path);
    if (Date.now() > deadline) throw lockBusy(path);
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.close();
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw fileError(path, error);
  }
}

async function dropStale(path: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > STALE_AFTER_MS) await rm(path, { force: true });
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') throw fileError(path, error);
  }
}

function lockBusy(path: string): TammaError {
  return new TammaError('ISSUE_BUSY', `${path} was held by others for ${WAIT_MAX_MS} ms`, {
    class: 'network',
    remedy: 'Delete the file if no process of ours runs.',
  });
}
