import { setTimeout as sleep } from 'node:timers/promises';
import { type CpuTimes, eachPart } from './cpu-time.ts';
import type { House } from './house.ts';
import type { Rung } from './protocol.ts';
import type { Recording } from './recording.ts';
import { openSite, type Site } from './site.ts';
import type { Workload } from './workload.ts';

/** Workflows that are being added at the same time. */
const ADDS_AT_ONCE = 32;
const DRAIN_LIMIT_MS = 120_000;

export interface BurstOptions {
  readonly rung: Rung;
  readonly workload: Workload;
  readonly workflows: number;
  readonly concurrency: number;
}

export interface Burst {
  readonly workflowsPerSecond: number;
  /** Until the last one was on record, where there is a record. */
  readonly recordedPerSecond: number;
  readonly addMs: readonly number[];
  readonly cpuMsPerWorkflow: CpuTimes;
  readonly lagsMs: readonly number[];
  /** From the end of the last step until everything was on record. */
  readonly lagAtEndMs: number;
}

/** Adds that many workflows, as fast as they are taken, and waits until the last one is done. */
export async function runBurst(house: House, options: BurstOptions): Promise<Burst> {
  const prefix = `b${Date.now().toString(36)}`;
  const site = await openSite(house, { ...options, prefix });
  try {
    return await measure(house, site, options);
  } finally {
    await site[Symbol.asyncDispose]();
    await house.clear(prefix);
  }
}

async function measure(house: House, site: Site, { workflows }: BurstOptions): Promise<Burst> {
  const cpuBefore = await house.cpuTimes();
  using countdown = countDone(site, workflows);
  const beganMs = performance.now();
  const addMs = await submitAll(site.submit, workflows);
  await countdown.ended;
  const tookMs = performance.now() - beganMs;
  await untilRecorded(site.recording);
  const recordedMs = performance.now() - beganMs;
  const cpuAfter = await house.cpuTimes();
  return {
    workflowsPerSecond: (workflows / tookMs) * 1000,
    recordedPerSecond: (workflows / recordedMs) * 1000,
    addMs,
    cpuMsPerWorkflow: eachPart((part) => (cpuAfter[part] - cpuBefore[part]) / workflows),
    lagsMs: site.recording?.takeLags() ?? [],
    lagAtEndMs: recordedMs - tookMs,
  };
}

interface Countdown extends Disposable {
  /** Resolves when that many workflows are done; rejects when it takes too long. */
  readonly ended: Promise<void>;
}

export function countDone(
  { side }: Pick<Site, 'side'>,
  workflows: number,
  onEach: () => void = () => {},
): Countdown {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let left = workflows;
  const timer = setTimeout(() => reject(new Error(`${left} workflows did not end`)), DRAIN_LIMIT_MS);
  side.onDone(() => {
    left -= 1;
    onEach();
    if (left === 0) resolve();
  });
  return { ended: promise, [Symbol.dispose]: () => clearTimeout(timer) };
}

/** How long each took to be accepted, in milliseconds. */
async function submitAll(submit: Site['submit'], workflows: number): Promise<readonly number[]> {
  const addMs: number[] = [];
  let next = 0;
  const submitSome = async () => {
    while (next < workflows) {
      next += 1;
      const beganMs = performance.now();
      await submit(next);
      addMs.push(performance.now() - beganMs);
    }
  };
  await Promise.all(Array.from({ length: Math.min(ADDS_AT_ONCE, workflows) }, submitSome));
  return addMs;
}

export async function untilRecorded(recording: Recording | null): Promise<void> {
  if (recording === null) return;
  const deadline = performance.now() + DRAIN_LIMIT_MS;
  while ((await recording.backlog()) > 0) {
    if (performance.now() > deadline) throw new Error('the record does not get to its end');
    await sleep(5);
  }
}
