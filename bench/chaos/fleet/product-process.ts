import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from './member.ts';

/** A little more than a process allows itself for its own drain. */
const STOP_MS = 35_000;
/** Rest after it ended by itself, so that one that cannot start does not spin. */
const RESTART_REST_MS = 500;
/** One that ends by itself more often than this has no chance. */
const OWN_ENDS_MAX = 100;

export interface ProductProcessOptions {
  readonly name: string;
  readonly kind: 'worker' | 'orchestrator';
  /** What Node is given: flags and the TypeScript entry. */
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly logPath: string;
  /** Told when it ended though nobody killed it. */
  readonly onOwnEnd: (name: string, how: string) => void;
}

export interface ProductProcess extends Member {
  /** Kills it and leaves it dead. */
  killForGood(): Promise<void>;
}

/** One process of the product, started again whenever it dies. */
export function startProcess(options: ProductProcessOptions): ProductProcess {
  const log = openSync(options.logPath, 'a');
  const over = new AbortController();
  let current: ChildProcess | null = null;
  let isFrozen = false;
  let isKilled = false;
  let thaw: NodeJS.Timeout | undefined;

  const live = async () => {
    for (let ownEnds = 0; !over.signal.aborted && ownEnds < OWN_ENDS_MAX; ) {
      isKilled = false;
      current = spawnProcess(options, log);
      const how = await endOf(current);
      current = null;
      if (over.signal.aborted || isKilled) continue;
      ownEnds += 1;
      options.onOwnEnd(options.name, how);
      await sleep(RESTART_REST_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const lived = live();

  const wake = () => {
    clearTimeout(thaw);
    isFrozen = false;
    current?.kill('SIGCONT');
  };
  const end = async (signal: NodeJS.Signals) => {
    over.abort();
    wake();
    current?.kill(signal);
    const timer = setTimeout(() => current?.kill('SIGKILL'), STOP_MS);
    await lived;
    clearTimeout(timer);
  };
  let ended: Promise<void> | undefined;
  const endOnce = (signal: NodeJS.Signals): Promise<void> => {
    ended ??= end(signal).finally(() => closeSync(log));
    return ended;
  };

  return {
    name: options.name,
    kind: options.kind,
    target: () => (isFrozen ? null : (current?.pid ?? null)),
    kill: () => {
      isKilled = true;
      current?.kill('SIGKILL');
    },
    freeze: (forMs) => {
      isFrozen = true;
      if (current?.pid !== undefined) thawLater(current.pid, forMs);
      current?.kill('SIGSTOP');
      thaw = setTimeout(wake, forMs);
    },
    stop: () => endOnce('SIGTERM'),
    killForGood: () => endOnce('SIGKILL'),
  };
}

/** The channel lets it end by itself should we die. */
function spawnProcess({ args, folder, environment }: ProductProcessOptions, log: number): ChildProcess {
  const stdio: ['ignore', number, number, 'ipc'] = ['ignore', log, log, 'ipc'];
  return spawn(process.execPath, args, { cwd: folder, stdio, detached: true, env: environment });
}

/** Should we die meanwhile, nobody else would wake it, and asleep it does not see that we are gone. */
function thawLater(pid: number, forMs: number): void {
  const script = 'sleep "$1"; kill -CONT "$2"';
  spawn('sh', ['-c', script, 'sh', String(forMs / 1000), String(pid)], {
    detached: true,
    stdio: 'ignore',
  }).unref();
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? 'unknown'}`));
  });
}
