import { countDone, untilRecorded } from './burst.ts';
import type { House } from './house.ts';
import { openSite, type Site } from './site.ts';
import { type Latency, latencyOf } from './statistics.ts';
import type { Workload } from './workload.ts';

export interface IdleOptions {
  readonly workload: Workload;
  readonly concurrency: number;
  /** Workflows on each side, one at a time. */
  readonly workflows: number;
}

interface IdleTimes {
  /** Until it is accepted: added, or claimed and started. */
  readonly add: Latency;
  /** From there until its last step ran, or was committed. */
  readonly whole: Latency;
}

export interface Idle {
  readonly bare: IdleTimes;
  readonly engine: IdleTimes;
}

/** One workflow at a time, in turn on bare BullMQ and on the whole engine, with nothing else to do. */
export async function measureIdle(house: House, options: IdleOptions): Promise<Idle> {
  const { workload, concurrency, workflows } = options;
  const stem = `i${Date.now().toString(36)}`;
  const prefixes = { bare: `${stem}a`, engine: `${stem}b` };
  await using bareSite = await openSite(house, {
    rung: 'bare',
    prefix: prefixes.bare,
    workload,
    concurrency,
  });
  await using engineSite = await openSite(house, {
    rung: 'relay',
    prefix: prefixes.engine,
    workload,
    concurrency,
  });
  const bare = openTimes();
  const engine = openTimes();
  // The first ones find code that never ran.
  const warmUp = Math.ceil(workflows / 4);
  for (let issue = 1; issue <= warmUp + workflows; issue += 1) {
    const counts = issue > warmUp;
    await timeOne(bareSite, issue, counts ? bare : openTimes());
    await timeOne(engineSite, issue, counts ? engine : openTimes());
    await untilRecorded(engineSite.recording);
  }
  await house.clear(stem);
  return { bare: sumUp(bare), engine: sumUp(engine) };
}

interface Times {
  readonly addMs: number[];
  readonly wholeMs: number[];
}

function openTimes(): Times {
  return { addMs: [], wholeMs: [] };
}

async function timeOne(site: Site, issue: number, times: Times): Promise<void> {
  using countdown = countDone(site, 1);
  const beganMs = performance.now();
  await site.submit(issue);
  times.addMs.push(performance.now() - beganMs);
  await countdown.ended;
  times.wholeMs.push(performance.now() - beganMs);
}

function sumUp({ addMs, wholeMs }: Times): IdleTimes {
  return { add: latencyOf(addMs), whole: latencyOf(wholeMs) };
}
