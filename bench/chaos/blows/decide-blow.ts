import type { MemberKind } from '../fleet/member.ts';

export interface Target {
  readonly name: string;
  readonly kind: MemberKind;
}

export type BlowPlan =
  | { readonly kind: 'kill'; readonly target: string }
  | { readonly kind: 'freeze'; readonly target: string; readonly forMs: number };

/** Steps run in workers, so these are drawn more often than the others. */
const WORKER_WEIGHT = 2;
/** One blow in so many that meet a process of the product only freezes it. */
const FREEZE_SHARE = 0.25;
/** A freeze lasts at least a little longer than the lock, and at most about twice as long. */
const FREEZE_MIN = 1.2;
const FREEZE_MAX = 2.2;

export interface BlowRequest {
  /** Every member that is there to be hit now. */
  readonly targets: readonly Target[];
  readonly lockMs: number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * Whom to hit next, and how. Always takes three numbers, so that a seed means the same sequence of numbers however
 * many targets there are. Null when there is nobody to hit.
 */
export function decideBlow({ targets, lockMs, random }: BlowRequest): BlowPlan | null {
  const [which, how, howLong] = [random(), random(), random()];
  const drawn = targets.flatMap((one) =>
    Array.from({ length: one.kind === 'worker' ? WORKER_WEIGHT : 1 }, () => one),
  );
  const target = drawn[Math.floor(which * drawn.length)];
  if (target === undefined) return null;
  const isOfProduct = target.kind === 'worker' || target.kind === 'orchestrator';
  if (!isOfProduct || how >= FREEZE_SHARE) return { kind: 'kill', target: target.name };
  const forMs = Math.round(lockMs * (FREEZE_MIN + howLong * (FREEZE_MAX - FREEZE_MIN)));
  return { kind: 'freeze', target: target.name, forMs };
}
