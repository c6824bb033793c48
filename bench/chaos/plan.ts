import type { ConfigInput } from '@tamma/contracts';

/** How a run goes: how much work, how much trouble, how long at most. */
export interface ChaosPlan {
  readonly workflows: number;
  readonly seed: number;
  /** How long a canned turn takes. */
  readonly delayMs: number;
  readonly lockMs: number;
  readonly blowEveryMs: number;
  readonly blowsMax: number;
  /** Kills that must have met a running step. */
  readonly hitsMin: number;
  /** After that it has failed, wherever it is. */
  readonly deadlineMs: number;
  readonly settings: Omit<ConfigInput, 'projects'>;
}

export type ChaosMode = 'full' | 'short' | 'default-locks';

export function planOf(mode: ChaosMode, seed: number): ChaosPlan {
  switch (mode) {
    case 'full':
      return fullPlan(seed);
    case 'short':
      return shortPlan(seed);
    case 'default-locks':
      return defaultLocksPlan(seed);
  }
}

/** The same for another amount of work; fewer workflows are hit less often. */
export function resize(plan: ChaosPlan, workflows = plan.workflows): ChaosPlan {
  return { ...plan, workflows, hitsMin: Math.ceil((plan.hitsMin * workflows) / plan.workflows) };
}

const LOCK_MS = 3000;

/** Short locks and short rests, so that what takes a minute by default takes seconds. */
const QUICK: Omit<ConfigInput, 'projects'> = {
  taskQueue: { lockDuration: '3s', stalledInterval: '1s' },
  workflow: { maxConcurrent: 14 },
  intake: { pollInterval: '2s' },
  workers: { heartbeatInterval: '2s', offlineAfter: '6s' },
  logging: { level: 'info' },
};

function fullPlan(seed: number): ChaosPlan {
  return {
    workflows: 200,
    seed,
    delayMs: 600,
    lockMs: LOCK_MS,
    blowEveryMs: 1000,
    blowsMax: 1500,
    hitsMin: 100,
    deadlineMs: 45 * 60_000,
    settings: QUICK,
  };
}

function shortPlan(seed: number): ChaosPlan {
  return { ...fullPlan(seed), workflows: 12, blowsMax: 25, hitsMin: 1, deadlineMs: 300_000 };
}

/** The product's own locks and rests; work that takes long enough to be killed in the middle of a step. */
function defaultLocksPlan(seed: number): ChaosPlan {
  return {
    ...shortPlan(seed),
    workflows: 4,
    delayMs: 1500,
    blowsMax: 0,
    hitsMin: 1,
    deadlineMs: 180_000,
    settings: { intake: { pollInterval: '2s' } },
  };
}
