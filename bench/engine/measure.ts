import { type Browser, measureBrowser } from './browser.ts';
import { machineTime } from './cpu-time.ts';
import { type House, openHouse, type ServerUrls } from './house.ts';
import { type Idle, measureIdle } from './idle.ts';
import { climbLadder, type LadderRow } from './ladder.ts';
import { measureRedisBytes, type RedisBytes } from './redis-bytes.ts';
import type { Sizes } from './sizes.ts';
import { measureSlots, type Slots } from './slots.ts';
import { measureSmallFigures, type SmallFigures } from './small-figures.ts';
import { loadWorkload } from './workload.ts';

export interface Measured {
  readonly sizes: Sizes;
  readonly ladder: readonly LadderRow[];
  /** Of the machine's processor time while the ladder was measured: what nothing of ours used. */
  readonly strangersShare: number;
  readonly idle: Idle;
  readonly redisBytes: RedisBytes;
  readonly slots: readonly [Slots, Slots];
  readonly browser: Browser;
  readonly small: SmallFigures;
}

export interface MeasureOptions {
  readonly sizes: Sizes;
  readonly onProgress: (line: string) => void;
}

/** Everything, one after the other, in processes of its own on the servers given. */
export async function measure(urls: ServerUrls, options: MeasureOptions): Promise<Measured> {
  await using house = await openHouse(urls);
  // Not without waiting: the house would be closed first.
  return await measureIn(house, options);
}

async function measureIn(house: House, { sizes, onProgress }: MeasureOptions): Promise<Measured> {
  const workload = await loadWorkload('bench');
  const { concurrency, waiting, slotWorkflows } = sizes;
  const ownBefore = await ownTime(house);
  const machineBefore = await machineTime();
  const ladder = await climbLadder(house, { ...sizes.ladder, workload, concurrency, onProgress });
  const machineAfter = await machineTime();
  const ownMs = (await ownTime(house)) - ownBefore;
  const strangersMs = machineAfter.busyMs - machineBefore.busyMs - ownMs;
  const strangersShare = Math.max(0, strangersMs) / (machineAfter.allMs - machineBefore.allMs);
  onProgress('one workflow on an idle system');
  const idle = await measureIdle(house, { workload, concurrency, workflows: sizes.idle });
  onProgress('bytes in Redis');
  const redisBytes = await measureRedisBytes(house, { workload, concurrency, workflows: sizes.redisBytes });
  const slotsOf = (count: number) => {
    onProgress(`${count} claims wait for a slot`);
    const common = { workload, concurrency, workflows: slotWorkflows, slots: concurrency };
    return measureSlots(house, { ...common, waiting: count });
  };
  const slots = [await slotsOf(waiting[0]), await slotsOf(waiting[1])] as const;
  onProgress('from an event to a browser');
  const browser = await measureBrowser(house, { ...sizes.browser, workload });
  onProgress('single calls');
  const small = await measureSmallFigures(house, workload, sizes.calls);
  return { sizes, ladder, strangersShare, idle, redisBytes, slots, browser, small };
}

async function ownTime(house: House): Promise<number> {
  const times = await house.cpuTimes();
  return Object.values(times).reduce((sum: number, one: number) => sum + one, 0);
}
