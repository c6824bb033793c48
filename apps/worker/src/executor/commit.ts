import type { CommitRequest, CommitResult, Fence, StoredOutcome, StoredWait } from '@tamma/coordination';
import type { ArtifactName } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { ExecutorDeps } from './deps.ts';
import { parkUntilMs } from './settle-park.ts';
import { NOTHING_STORED, type Settlement } from './settle-request.ts';
import type { Gathered } from './step-context.ts';

export interface Commitment extends Pick<Gathered, 'gates' | 'artifacts'> {
  readonly settlement: Settlement;
  /** Nothing is committed when this approval was decided meanwhile. */
  readonly unlessDecided?: string | null;
  readonly activeMs?: number;
}

export const NOTHING_GATHERED = { gates: [], artifacts: new Map<ArtifactName, string>() };

/** The settlement's own fate, or that of an attempt which may not settle any more. */
export async function commitSettlement(
  deps: ExecutorDeps,
  fence: Fence,
  commitment: Commitment,
): Promise<Fate> {
  const { settlement, gates, artifacts, unlessDecided = null, activeMs = 0 } = commitment;
  const { fate, ...stored } = settlement;
  const extras = { gates, artifacts, unlessDecided, activeMs, isExcused: false };
  const verdict = await deps.hashes.commit({ fence, ...stored, ...extras });
  if (verdict !== 'committed') return fateOfRefusal(verdict, deps.now());
  return fate.kind === 'park' && stored.wait !== null ? parkFor(deps, fence, stored.wait) : fate;
}

/** What it waits for may come between the commit and the park, when the task cannot be woken yet. */
function parkFor(deps: ExecutorDeps, fence: Fence, wait: StoredWait): Fate {
  const until = parkUntilMs(wait, deps.now());
  return { kind: 'park', until, isOver: () => hasComeMeanwhile(deps, fence, wait) };
}

/** A person decided, or has the step left out. All else the task finds out when it looks again. */
async function hasComeMeanwhile({ hashes }: ExecutorDeps, fence: Fence, wait: StoredWait): Promise<boolean> {
  const begun = await hashes.begin(fence, []);
  if (begun.kind !== 'begun') return false;
  const id = wait.approval?.id;
  return begun.order?.kind === 'skip' || begun.decisions.some((decision) => decision.approvalId === id);
}

/** Facts that count only while the attempt owns its task. Excused: this pick-up proves nothing about a crash loop. */
export function commitEvents(
  deps: ExecutorDeps,
  fence: Fence,
  facts: Pick<CommitRequest, 'events' | 'activeMs' | 'isExcused'>,
): Promise<CommitResult> {
  return deps.hashes.commit({
    fence,
    ...NOTHING_STORED,
    ...NOTHING_GATHERED,
    unlessDecided: null,
    ...facts,
  });
}

export function fateOfRefusal(verdict: Exclude<CommitResult, 'committed'>, nowMs: number): Fate {
  switch (verdict) {
    case 'overtaken':
      return { kind: 'abandon' };
    case 'decided':
      return { kind: 'park', until: nowMs };
    case 'cancelled':
      return { kind: 'stop', why: 'the workflow is cancelled' };
    case 'missing':
      return { kind: 'stop', why: 'the workflow is gone' };
  }
}

/** An earlier attempt committed and died before the queue moved; only the move is left. */
export function fateOfStored(outcome: StoredOutcome): Fate {
  if (outcome.kind === 'done') return { kind: 'done' };
  const { reason } = outcome;
  return { kind: 'stop', why: reason.kind === 'escalate' ? reason.error.message : reason.why };
}
