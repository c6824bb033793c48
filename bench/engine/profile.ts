import { type Profiler, Session } from 'node:inspector/promises';
import type { ProfileRows } from './protocol.ts';

const SAMPLE_EVERY_US = 500;
const ROWS_MAX = 30;

export interface CpuProfiler {
  start(): Promise<null>;
  /** Where this process spent its time, most first, as shares of the time it was busy. */
  stop(): Promise<ProfileRows>;
}

export function createProfiler(): CpuProfiler {
  const session = new Session();
  return {
    start: async () => {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
      await session.post('Profiler.start');
      return null;
    },
    stop: async () => {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return sumUpProfile(profile).slice(0, ROWS_MAX);
    },
  };
}

/** Self time by function. */
export function sumUpProfile({ nodes, samples = [] }: Profiler.Profile): ProfileRows {
  const places = new Map(nodes.map((node) => [node.id, placeOf(node.callFrame)]));
  const counts = new Map<string, number>();
  let busy = 0;
  for (const sample of samples) {
    const place = places.get(sample) ?? '?';
    if (IDLE.includes(place)) continue;
    busy += 1;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return [...counts]
    .map(([place, count]) => ({ place, share: count / busy }))
    .toSorted((a, b) => b.share - a.share);
}

const IDLE: readonly string[] = ['(idle)', '(root)'];

function placeOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  if (url === '') return functionName || '(anonymous)';
  const file = /(?:node_modules\/|\/(?=apps\/|libs\/|bench\/))(.*)$/.exec(url)?.[1] ?? url;
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}
