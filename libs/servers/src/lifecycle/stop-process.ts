import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import { codeOf } from '../error-code.ts';
import { isAlive, type ProcessIdentity } from '../process-identity.ts';
import type { ServerName } from '../server.ts';

const POLL_MS = 20;
const ASKED_WITHIN_MS = 20_000;
const KILLED_WITHIN_MS = 5000;

// PostgreSQL: a fast shutdown that does not wait for its clients. Redis: its log is flushed first.
const POLITE_SIGNAL = { redis: 'SIGTERM', postgres: 'SIGINT' } as const;

/** Asks the server to stop, kills it when it does not in time, and resolves when it is gone. */
export async function stopServer(
  name: ServerName,
  identity: ProcessIdentity,
  askedWithinMs = ASKED_WITHIN_MS,
): Promise<void> {
  await send(identity, POLITE_SIGNAL[name]);
  if (await isGoneWithin(identity, askedWithinMs)) return;
  await killProcess(identity);
}

export async function killProcess(identity: ProcessIdentity): Promise<void> {
  await send(identity, 'SIGKILL');
  if (await isGoneWithin(identity, KILLED_WITHIN_MS)) return;
  throw new TammaError('SERVER_UNSTOPPABLE', `process ${identity.pid} is alive after SIGKILL`, {
    class: 'system',
    remedy: `See why it hangs: cat /proc/${identity.pid}/stack`,
  });
}

async function send(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  if (!(await isAlive(identity))) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    // ESRCH: it ended by itself just now, which is what we want.
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

async function isGoneWithin(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (await isAlive(identity)) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
