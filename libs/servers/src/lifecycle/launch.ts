import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { TammaError } from '@tamma/domain';
import { freePort } from '../free-port.ts';
import { identify } from '../process-identity.ts';
import { guarded, LOCKED_EXIT_CODE } from './guard.ts';
import { type LogFile, openLog } from './log-file.ts';
import type { PreparedServer, RunningServer, ServerSpec } from './spec.ts';
import { killProcess } from './stop-process.ts';
import { waitUntilReady } from './wait.ts';

const LOCK_FILE_MODE = 0o600;

export type LaunchOutcome = RunningServer | 'locked' | 'port-taken';

/** Starts the server; when it does not get ready, nothing of it is left and the error shows the end of its log. */
export async function launch(spec: ServerSpec, prepared: PreparedServer): Promise<LaunchOutcome> {
  const port = await freePort(spec.surroundings.preferredPort);
  await makeLockFile(spec.files.lock);
  const log = await openLog(spec.files.log);
  try {
    const child = await spawnDetached(spec, prepared, { port, log });
    return await follow(spec, child, { port, log });
  } finally {
    await log.file.close();
  }
}

/** Private: whoever can open a lock file can hold the lock. */
async function makeLockFile(path: string): Promise<void> {
  const file = await open(path, 'a', LOCK_FILE_MODE);
  await file.close();
}

interface Launching {
  readonly port: number;
  readonly log: LogFile;
}

async function spawnDetached(
  spec: ServerSpec,
  prepared: PreparedServer,
  { port, log }: Launching,
): Promise<ChildProcess> {
  const [program = '', ...args] = guarded(spec.files, port, prepared.commandLine(port));
  // Detached: a terminal's Ctrl-C goes to its whole process group, and would stop the server before the drain.
  const child = spawn(program, args, {
    cwd: prepared.cwd,
    env: prepared.environment,
    detached: true,
    stdio: ['ignore', log.file.fd, log.file.fd],
  });
  child.unref();
  await once(child, 'spawn').catch((error: unknown) => {
    throw new TammaError('SERVER_NOT_SPAWNED', `cannot run ${program} for ${spec.title}: ${String(error)}`, {
      class: 'system',
      remedy: `Install the package util-linux, which holds ${program}.`,
      cause: error,
    });
  });
  return child;
}

async function follow(
  spec: ServerSpec,
  child: ChildProcess,
  { port, log }: Launching,
): Promise<LaunchOutcome> {
  const identity = await identify(child.pid ?? 0);
  if (identity === null) return explainExit(spec, child, log);
  const running = { identity, port };
  try {
    const waited = await waitUntilReady(spec, running);
    if (waited === 'ready') return running;
    if (waited === 'gone') return await explainExit(spec, child, log);
    throw await failure(spec, log, `was not ready within ${spec.readyWithinMs} ms`);
  } catch (error) {
    await killProcess(identity);
    throw error;
  }
}

async function explainExit(spec: ServerSpec, child: ChildProcess, log: LogFile): Promise<LaunchOutcome> {
  // /proc knows of the death before the event loop does.
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  if (child.exitCode === LOCKED_EXIT_CODE) return 'locked';
  if ((await log.tail()).includes('Address already in use')) return 'port-taken';
  throw await failure(spec, log, `ended at once with ${child.exitCode ?? child.signalCode}`);
}

async function failure(spec: ServerSpec, log: LogFile, reason: string): Promise<TammaError> {
  const message = `the private ${spec.title} ${reason}; its log ends:\n${await log.tail()}`;
  return new TammaError('SERVER_NOT_STARTED', message, {
    class: 'system',
    remedy: `Read ${spec.files.log}, or set ${spec.name === 'redis' ? 'REDIS_URL' : 'DATABASE_URL'}.`,
  });
}
