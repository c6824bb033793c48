import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '@tamma/store';
import { openStore } from '@tamma/store/postgres';
import { type Fleet, startFleet } from './fleet/fleet.ts';
import type { ChaosPlan } from './plan.ts';
import { type Scene, writeScene } from './scene/write-scene.ts';

const WORKERS = 3;
const ORCHESTRATORS = 2;
/** Tasks that a worker runs at once, per capability. */
const CONCURRENCY = 4;

export interface StageRequest {
  readonly plan: ChaosPlan;
  /** An empty folder; everything of the run lies in it afterwards. */
  readonly folder: string;
  readonly searchPath: string;
  readonly note: (line: string) => void;
}

export interface Stage extends AsyncDisposable {
  readonly scene: Scene;
  readonly fleet: Fleet;
  readonly store: Store;
  readonly witnessFile: string;
}

/** The work to be done, the whole product at it, and a look into its record. Everything is stopped when disposed. */
export async function setStage({ plan, folder, searchPath, note }: StageRequest): Promise<Stage> {
  const witnessFile = join(folder, 'witness.jsonl');
  await writeFile(witnessFile, '');
  const scene = await writeScene({ ...plan, folder, searchPath });
  await using started = new AsyncDisposableStack();
  const fleet = await startFleet({
    folder,
    configFile: scene.configFile,
    witnessFile,
    workers: WORKERS,
    orchestrators: ORCHESTRATORS,
    concurrency: CONCURRENCY,
    searchPath,
    onOwnEnd: (name, how) => note(`${name} ended by itself: ${how}`),
  });
  started.defer(fleet.stop);
  const store = await openStore({
    url: fleet.postgres.url,
    poolMax: 2,
    onConnectionError: () => note('the record is away'),
  });
  started.defer(store.close);
  const everything = started.move();
  return { scene, fleet, store, witnessFile, [Symbol.asyncDispose]: () => everything.disposeAsync() };
}
