import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import type { ServerHandle } from '../server.ts';
import { findRunning } from './guard.ts';
import { launch } from './launch.ts';
import type { PreparedServer, RunningServer, ServerSpec } from './spec.ts';
import { stopServer } from './stop-process.ts';
import { waitUntilReady } from './wait.ts';

const LOCK_POLL_MS = 100;
const LOCK_WITHIN_MS = 30_000;
const PORT_ATTEMPTS_MAX = 5;
/** A live server that says nothing for this long hangs: even one that reads its data answers. */
const SILENT_WITHIN_MS = 5000;
const SILENT_STOPS_WITHIN_MS = 2000;

/** Adopts the live server of this home, or starts one. */
export async function bringUp(spec: ServerSpec): Promise<ServerHandle> {
  let lockedSince: number | undefined;
  let prepared: PreparedServer | undefined;
  let portsTaken = 0;
  for (;;) {
    const adopted = await adopt(spec);
    if (adopted !== undefined) return handleOf(spec, adopted, true);
    prepared ??= await spec.prepare();
    const outcome = await launch(spec, prepared);
    if (typeof outcome !== 'string') return handleOf(spec, outcome, false);
    if (outcome === 'port-taken' && ++portsTaken >= PORT_ATTEMPTS_MAX) throw noPort(spec);
    if (outcome !== 'locked') continue;
    lockedSince ??= noteLock(spec);
    if (performance.now() - lockedSince > LOCK_WITHIN_MS) throw stillLocked(spec);
    await sleep(LOCK_POLL_MS);
  }
}

function noteLock({ title, surroundings }: ServerSpec): number {
  // Most often another start, whose server is adopted as soon as it is there.
  surroundings.note(`${title}: waiting for another start, or for the last process of an earlier run`);
  return performance.now();
}

async function adopt(spec: ServerSpec): Promise<RunningServer | undefined> {
  const { environment, note, signal } = spec.surroundings;
  signal?.throwIfAborted();
  const running = await findRunning(spec.files, environment);
  if (running === undefined) return undefined;
  const waited = await waitUntilReady(spec, running, SILENT_WITHIN_MS);
  const { pid } = running.identity;
  if (waited === 'late') throw tooLate(spec, pid);
  if (waited === 'silent') {
    note(`${spec.title} (pid ${pid}) of an earlier run does not answer: stopping it`);
    await stopServer(spec.name, running.identity, SILENT_STOPS_WITHIN_MS);
  }
  return waited === 'ready' ? running : undefined;
}

async function handleOf(spec: ServerSpec, running: RunningServer, adopted: boolean): Promise<ServerHandle> {
  const { identity, port } = running;
  const verb = adopted ? 'found running' : 'started';
  spec.surroundings.note(`${spec.title} ${verb} on 127.0.0.1:${port} (pid ${identity.pid})`);
  let stopping: Promise<void> | undefined;
  return {
    name: spec.name,
    url: await spec.url(port),
    pid: identity.pid,
    startedAt: identity.startTime,
    adopted,
    stop: () => {
      stopping ??= stopServer(spec.name, identity);
      return stopping;
    },
  };
}

function noPort(spec: ServerSpec): TammaError {
  return new TammaError(
    'SERVER_NO_PORT',
    `each of ${PORT_ATTEMPTS_MAX} free ports was taken before ${spec.title} could listen`,
    { class: 'system', remedy: 'Start again.' },
  );
}

function stillLocked(spec: ServerSpec): TammaError {
  return new TammaError(
    'SERVER_DATA_LOCKED',
    `processes of an earlier ${spec.title} still hold ${spec.files.lock}, but none of them serves`,
    { class: 'conflict', remedy: `See them with "fuser -v ${spec.files.lock}" and stop them.` },
  );
}

function tooLate(spec: ServerSpec, pid: number): TammaError {
  return new TammaError(
    'SERVER_NOT_READY',
    `${spec.title} (pid ${pid}) of an earlier run was still starting after ${spec.readyWithinMs} ms`,
    { class: 'system', remedy: `Read ${spec.files.log}, and start again when it is ready.` },
  );
}
