import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Child, type GivenUp, startChild } from './child.ts';
import { environmentOfWorkers } from './own-token.ts';

const ORCHESTRATOR = fileURLToPath(new URL('../../orchestrator/src/main.ts', import.meta.url));
const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));
const WORKERS = 2;
const ROTATE_MS = 60_000;

export interface FleetOptions {
  readonly home: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One for each worker. */
  readonly workerPorts: readonly number[];
  readonly onNote: (line: string) => void;
  readonly onChildren: (pids: ReadonlyMap<string, number>) => void;
  readonly onGivenUp: (ended: GivenUp) => void;
}

export interface Fleet {
  /** Drains the workers while the orchestrator still records, then the orchestrator. */
  stop(): Promise<void>;
}

/** The orchestrator and two workers with every capability, each a process of its own. */
export function startFleet(options: FleetOptions): Fleet {
  const pids = new Map<string, number>();
  const start = (name: string, entry: string, environment: FleetOptions['environment']): Child =>
    startChild({
      name,
      entry,
      environment,
      logPath: join(options.home, 'logs', `${name}.log`),
      onNote: options.onNote,
      onGivenUp: options.onGivenUp,
      onPid: (pid) => {
        if (pid === null) pids.delete(name);
        else pids.set(name, pid);
        options.onChildren(new Map(pids));
      },
    });
  const orchestrator = start('orchestrator', ORCHESTRATOR, options.environment);
  const workers = options.workerPorts.map((port, i) =>
    start(`worker-${i + 1}`, WORKER, {
      ...environmentOfWorkers(options.environment),
      TAMMA_WORKER_PORT: String(port),
    }),
  );
  const rotation = setInterval(() => {
    for (const child of [orchestrator, ...workers]) child.rotateLog();
  }, ROTATE_MS);

  return {
    stop: async () => {
      clearInterval(rotation);
      await Promise.all(workers.map((worker) => worker.stop()));
      await orchestrator.stop();
    },
  };
}

export { ORCHESTRATOR, WORKERS };
