import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import { identify, isAlive } from '@tamma/servers';
import { z } from 'zod';
import { takeHomeLock } from './home-lock.ts';

const identitySchema = z.object({ pid: z.int().positive(), startTime: z.string() });
const runStateSchema = z.object({
  launcher: identitySchema,
  children: z.array(identitySchema.extend({ name: z.string() })),
});
type RunState = z.infer<typeof runStateSchema>;

/** How long an orphan of a killed launcher has to drain before it is killed. */
const ORPHAN_GRACE_MS = 35_000;
const POLL_MS = 100;

/** `run.json`: who runs on this TAMMA_HOME, so that a second launcher steps back and the next one cleans up. */
export interface RunFile {
  setChildren(children: ReadonlyMap<string, number>): Promise<void>;
  /** Says that nobody runs here any more. */
  release(): Promise<void>;
}

/**
 * Claims the home. Throws a TammaError with code `ALREADY_RUNNING` while another launcher is alive; orphans of
 * one that was killed are stopped first.
 */
export async function claimHome(home: string, onNote: (line: string) => void): Promise<RunFile> {
  const path = join(home, 'run.json');
  const lock = await takeHomeLock(join(home, 'run.lock'));
  if (lock === null) throw alreadyRunning(home, await readRunState(path));
  const launcher = await identify(process.pid);
  if (launcher === null) throw new Error('this process cannot be identified');
  await stopOrphans((await readRunState(path))?.children ?? [], onNote);

  let last = write(path, { launcher, children: [] });
  await last;
  return {
    setChildren: (children) => {
      last = last.then(async () => {
        const named = await Promise.all([...children].map(([name, pid]) => nameChild(name, pid)));
        await write(path, { launcher, children: named.filter((child) => child !== null) });
      });
      return last;
    },
    release: async () => {
      await last;
      await write(path, { launcher, children: [] });
      await lock.release();
    },
  };
}

async function readRunState(path: string): Promise<RunState | null> {
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (text === null) return null;
  try {
    return runStateSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TammaError('RUN_FILE_UNREADABLE', `${path} does not parse`, {
      class: 'validation',
      remedy: 'make sure that no Tamma runs on this folder, then delete the file',
      cause,
    });
  }
}

/** Whole or not at all: a launcher may be killed at any moment. */
async function write(path: string, state: RunState): Promise<void> {
  const draft = `${path}.draft`;
  await writeFile(draft, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

async function nameChild(name: string, pid: number): Promise<RunState['children'][number] | null> {
  const identity = await identify(pid);
  return identity === null ? null : { name, ...identity };
}

async function stopOrphans(children: RunState['children'], onNote: (line: string) => void): Promise<void> {
  for (const child of children) {
    if (!(await isAlive(child))) continue;
    onNote(`stopping ${child.name} (pid ${child.pid}) of a launcher that was killed`);
    process.kill(child.pid, 'SIGTERM');
  }
  const deadline = Date.now() + ORPHAN_GRACE_MS;
  for (const child of children) {
    while ((await isAlive(child)) && Date.now() < deadline) await sleep(POLL_MS);
    if (await isAlive(child)) process.kill(child.pid, 'SIGKILL');
  }
}

function alreadyRunning(home: string, state: RunState | null): TammaError {
  const who = state === null ? '' : ` (pid ${state.launcher.pid})`;
  return new TammaError('ALREADY_RUNNING', `Tamma runs already on ${home}${who}`, {
    class: 'conflict',
    remedy: 'use that one, stop it with Ctrl-C, or set TAMMA_HOME to another folder',
  });
}
