import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogFile, openLogFile } from './log-file.ts';
import { createRestartLimit } from './restart-limit.ts';

const EXIT_CONFIGURATION = 2;
const RESTART_DELAY_MS = 1000;
/** A little more than a process allows itself for its own drain. */
const STOP_MS = 35_000;

export interface ChildOptions {
  readonly name: string;
  /** TypeScript entry that Node runs directly. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logPath: string;
  readonly onNote: (line: string) => void;
  /** Told whenever the process behind this child changed. */
  readonly onPid: (pid: number | null) => void;
  /** Told once, when it ended in a way that no restart helps. */
  readonly onGivenUp: (ended: GivenUp) => void;
}

export interface GivenUp {
  readonly name: string;
  readonly exitCode: number | null;
  readonly message: string;
}

export interface Child {
  /** Asks it to drain, waits, and kills it after the deadline. */
  stop(): Promise<void>;
  rotateLog(): void;
}

/** What a process says over its channel once it is up; one that ends by itself before has said why it cannot run. */
const UP = 'up';

/** Keeps one process running: restarted when it dies, given up when it dies too often or cannot come up. */
export function startChild(options: ChildOptions): Child {
  const log = openLogFile(options.logPath);
  const mayRestart = createRestartLimit();
  const stopping = new AbortController();
  let current: ChildProcess | null = null;
  let hasBeenUp = false;

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const process = spawnChild(options, log);
      current = process;
      options.onPid(process.pid ?? null);
      const ended = await waitForEnd(process);
      current = null;
      options.onPid(null);
      if (stopping.signal.aborted) return;
      hasBeenUp ||= ended.wasUp;
      if (isHopeless(ended, hasBeenUp) || !mayRestart()) return giveUp(ended);
      options.onNote(`${options.name} ended (${describeEnd(ended)}); starting it again`);
      await sleep(RESTART_DELAY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };

  const giveUp = (ended: End) => {
    const said = log.complaint();
    const message = said === '' ? `it ended (${describeEnd(ended)}); its log is ${log.path}` : said;
    options.onGivenUp({ name: options.name, exitCode: ended.exitCode, message });
  };

  const ended = run();
  return {
    rotateLog: log.rotate,
    stop: async () => {
      stopping.abort();
      current?.kill('SIGTERM');
      const timer = setTimeout(() => current?.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
      log.close();
    },
  };
}

/** In a process group of its own: the terminal's Ctrl-C reaches the launcher alone, which drains in order. */
function spawnChild({ entry, environment }: ChildOptions, log: LogFile): ChildProcess {
  const stdio: ['ignore', number, number, 'ipc'] = ['ignore', log.descriptor, log.descriptor, 'ipc'];
  return spawn(process.execPath, [entry], { stdio, detached: true, env: { ...environment } });
}

interface End {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly wasUp: boolean;
}

/**
 * Wrong settings stay wrong. Whatever else keeps a process from its first start will keep it from the next one; one that
 * has been up may only have come back before its servers did.
 */
function isHopeless({ exitCode }: End, hasBeenUp: boolean): boolean {
  if (exitCode === null || exitCode === 0) return false;
  return exitCode === EXIT_CONFIGURATION || !hasBeenUp;
}

function waitForEnd(process: ChildProcess): Promise<End> {
  let wasUp = false;
  process.on('message', (message) => {
    wasUp ||= message === UP;
  });
  return new Promise((resolve) => {
    process.once('error', () => resolve({ exitCode: null, signal: null, wasUp }));
    process.once('exit', (exitCode, signal) => resolve({ exitCode, signal, wasUp }));
  });
}

function describeEnd({ exitCode, signal }: End): string {
  return signal === null ? `exit code ${exitCode ?? 'unknown'}` : signal;
}
