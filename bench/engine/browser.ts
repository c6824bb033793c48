import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { untilRecorded } from './burst.ts';
import type { House } from './house.ts';
import { sightSchema } from './protocol.ts';
import { openSite } from './site.ts';
import { type Latency, latencyOf } from './statistics.ts';
import type { Workload } from './workload.ts';

export interface BrowserOptions {
  readonly workload: Workload;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Browser {
  /** From the call that appends an event until a client of the relay has it. */
  readonly latency: Latency;
  readonly told: number;
  readonly seen: number;
  readonly perSecond: number;
}

const TOLD = 'TASK.INTERRUPTED.SUCCESS';
const WARM_UP_S = 1;
/** For what was told last; what comes later counts as lost. */
const LAST_ONES_MS = 5000;

/** Tells events at an even rate in one process, records and relays them in this one, and sees them in a third. */
export async function measureBrowser(house: House, options: BrowserOptions): Promise<Browser> {
  const { workload, perSecond, seconds } = options;
  const { redisUrl, worker, watcher } = house;
  const prefix = `v${Date.now().toString(36)}`;
  const site = await openSite(house, { rung: 'relay', prefix, workload, concurrency: 1, watched: [TOLD] });
  try {
    const request = { ask: 'tell', redisUrl, prefix, perSecond } as const;
    await takeSight(watcher, await worker.call({ ...request, seconds: WARM_UP_S }, z.int()));
    const told = await worker.call({ ...request, seconds }, z.int());
    const { seen, latenciesMs } = await takeSight(watcher, told);
    await untilRecorded(site.recording);
    return { latency: latencyOf(latenciesMs), told, seen, perSecond };
  } finally {
    await site[Symbol.asyncDispose]();
    await house.clear(prefix);
  }
}

/** What the watcher saw since it was asked last, once that is as much as was told. */
async function takeSight({ call }: House['watcher'], told: number) {
  const deadline = performance.now() + LAST_ONES_MS;
  const latenciesMs: number[] = [];
  let seen = 0;
  while (seen < told && performance.now() < deadline) {
    const sight = await call({ ask: 'take' }, sightSchema);
    seen += sight.count;
    for (const latencyMs of sight.latenciesMs) latenciesMs.push(latencyMs);
    if (seen < told) await sleep(20);
  }
  return { seen, latenciesMs };
}
