import { runBurst } from './burst.ts';
import { openHouse, type ServerUrls } from './house.ts';
import { createProfiler } from './profile.ts';
import { nothingSchema, type ProfileRows, profileRowsSchema } from './protocol.ts';
import type { Sizes } from './sizes.ts';
import { loadWorkload } from './workload.ts';

export interface Profiles {
  readonly orchestrator: ProfileRows;
  readonly worker: ProfileRows;
}

/** Where the processes spend their time with everything on. Measured apart: being watched makes them slower. */
export async function profileWhole(urls: ServerUrls, { ladder, concurrency }: Sizes): Promise<Profiles> {
  await using house = await openHouse(urls);
  const workload = await loadWorkload('bench');
  const common = { rung: 'relay', workload, concurrency } as const;
  await runBurst(house, { ...common, workflows: ladder.warmUp });
  const profiler = createProfiler();
  await house.worker.call({ ask: 'profile-start' }, nothingSchema);
  await profiler.start();
  await runBurst(house, { ...common, workflows: ladder.workflows });
  const orchestrator = await profiler.stop();
  return { orchestrator, worker: await house.worker.call({ ask: 'profile-stop' }, profileRowsSchema) };
}
