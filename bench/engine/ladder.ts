import { type Burst, runBurst } from './burst.ts';
import { type CpuTimes, eachPart } from './cpu-time.ts';
import type { House } from './house.ts';
import { RUNGS, type Rung } from './protocol.ts';
import { type Latency, latencyOf, medianOf, type Spread, sharesOf, spreadOf } from './statistics.ts';
import type { Workload } from './workload.ts';

export interface LadderOptions {
  readonly workload: Workload;
  readonly workflows: number;
  readonly concurrency: number;
  /** How often every rung is measured, in turn. */
  readonly rounds: number;
  /** Workflows per rung before anything counts; 0 for none. */
  readonly warmUp: number;
  readonly onProgress: (line: string) => void;
}

export interface LadderRow {
  readonly rung: Rung;
  readonly workflowsPerSecond: Spread;
  /** Of the bare rate of the same round. */
  readonly share: Spread;
  readonly recordedPerSecond: Spread;
  readonly add: Latency;
  /** Medians. */
  readonly cpuMsPerWorkflow: CpuTimes;
  /** Of all rounds; null where nothing is recorded. */
  readonly recordLag: Latency | null;
  readonly lagAtEndMs: Spread;
}

/** Every rung in turn, several times over, so that whatever else the machine does falls on all of them alike. */
export async function climbLadder(house: House, options: LadderOptions): Promise<readonly LadderRow[]> {
  const { workload, workflows, concurrency, rounds, warmUp, onProgress } = options;
  const bursts = new Map<Rung, Burst[]>(RUNGS.map((rung) => [rung, []]));
  if (warmUp > 0) {
    for (const rung of RUNGS) await runBurst(house, { rung, workload, workflows: warmUp, concurrency });
  }
  for (let round = 1; round <= rounds; round += 1) {
    for (const rung of RUNGS) {
      const burst = await runBurst(house, { rung, workload, workflows, concurrency });
      bursts.get(rung)?.push(burst);
      onProgress(`round ${round} of ${rounds}: ${rung} ${burst.workflowsPerSecond.toFixed(0)} workflows/s`);
    }
  }
  const bare = ratesOf(bursts.get('bare') ?? []);
  return [...bursts].map(([rung, measured]) => rowOf(rung, measured, bare));
}

function rowOf(rung: Rung, bursts: readonly Burst[], bare: readonly number[]): LadderRow {
  const rates = ratesOf(bursts);
  const lagsMs = bursts.flatMap((burst) => [...burst.lagsMs]);
  return {
    rung,
    workflowsPerSecond: spreadOf(rates),
    share: spreadOf(sharesOf(rates, bare)),
    recordedPerSecond: spreadOf(bursts.map((burst) => burst.recordedPerSecond)),
    add: latencyOf(bursts.flatMap((burst) => [...burst.addMs])),
    cpuMsPerWorkflow: eachPart((part) => medianOf(bursts.map((burst) => burst.cpuMsPerWorkflow[part]))),
    recordLag: lagsMs.length === 0 ? null : latencyOf(lagsMs),
    lagAtEndMs: spreadOf(bursts.map((burst) => burst.lagAtEndMs)),
  };
}

function ratesOf(bursts: readonly Burst[]): readonly number[] {
  return bursts.map((burst) => burst.workflowsPerSecond);
}
