import { createHash } from 'node:crypto';
import type { CommitResult, Fence, StoredOutcome, StoredWait } from '@tamma/coordination';
import type { AnyEvent, ArtifactName, ErrorReport, GateResult, Outcome } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import { announceStop } from './announce.ts';
import type { AttemptPass, AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';
import { settleEscalation } from './settle-escalation.ts';
import type { Settlement } from './settle-request.ts';
import { settleOutcome } from './settlement.ts';
import type { Gathered } from './step-context.ts';
import type { Teller } from './teller.ts';
import { openApproval } from './waiting.ts';

export interface AttemptEnd {
  readonly outcome: Outcome<unknown>;
  readonly durationMs: number;
}

interface Commitment {
  readonly settlement: Settlement;
  readonly gates: readonly GateResult[];
  readonly artifacts: ReadonlyMap<ArtifactName, string>;
  /** Nothing is committed when this approval was decided meanwhile. */
  readonly unlessDecided?: string | null;
}

export const NOTHING_GATHERED = { gates: [], artifacts: new Map<ArtifactName, string>() } as const;

/** The commit point: outcome, gates, artifacts and events in one script; then the queue may move. */
export async function commitAttempt(
  deps: ExecutorDeps,
  request: AttemptRequest,
  { artifacts, gates }: Gathered,
  end: AttemptEnd,
): Promise<Fate> {
  const { begun, step, task, teller, fence } = request;
  const settled = settleOutcome({
    ...end,
    head: begun.head,
    step,
    fence,
    round: task.payload.round,
    rounds: begun.rounds,
    teller,
    failures: task.failures,
    nowMs: deps.now(),
    random: deps.random(),
  });
  const events = [...artifactEvents(teller, artifacts), ...settled.events];
  return commitAndAnnounce(deps, request, { settlement: { ...settled, events }, gates, artifacts });
}

/** For an attempt that must not run its step. A decision that came in the last moment goes before a deadline. */
export function commitRefusal(deps: ExecutorDeps, pass: AttemptPass, error: ErrorReport): Promise<Fate> {
  const { begun, task, teller } = pass;
  const { escalationDeadlineMs } = begun.head;
  const { failures } = task;
  const settlement = settleEscalation({ teller, failures, nowMs: deps.now(), escalationDeadlineMs }, error);
  const unlessDecided = openApproval(begun);
  return commitAndAnnounce(deps, pass, { settlement, ...NOTHING_GATHERED, unlessDecided });
}

async function commitAndAnnounce(
  deps: ExecutorDeps,
  pass: AttemptPass,
  commitment: Commitment,
): Promise<Fate> {
  const { settlement } = commitment;
  const fate = await commitSettlement(deps, pass.fence, commitment);
  const isOurs = fate === settlement.fate;
  if (isOurs && settlement.outcome?.kind === 'stop') {
    await announceStop(deps, pass, settlement.outcome.reason);
  }
  return fate;
}

/** The settlement's own fate, or that of an attempt which may not settle any more. */
export async function commitSettlement(
  deps: ExecutorDeps,
  fence: Fence,
  { settlement, gates, artifacts, unlessDecided = null }: Commitment,
): Promise<Fate> {
  const { outcome, wait, round, events, fate } = settlement;
  const commit = { fence, outcome, wait, round, unlessDecided, gates, artifacts, events };
  const verdict = await deps.hashes.commit(commit);
  if (verdict !== 'committed') return fateOfRefusal(verdict, deps.now());
  return wait !== null && fate.kind === 'park' ? parkFor(deps, fence, wait) : fate;
}

/** Woken too early: it parks again, with the deadline and the approval it had. That pick-up proves nothing. */
export function commitParkAgain(deps: ExecutorDeps, { fence }: AttemptPass, wait: StoredWait): Promise<Fate> {
  const fate = { kind: 'park', until: wait.untilMs } as const;
  const settlement = { outcome: null, wait, round: null, events: [], fate };
  return commitSettlement(deps, fence, { settlement, ...NOTHING_GATHERED });
}

/** A decision may come between the commit and the park, when the task cannot be woken yet. */
function parkFor({ hashes }: ExecutorDeps, { workflowId }: Fence, { untilMs, approval }: StoredWait): Fate {
  if (approval === null) return { kind: 'park', until: untilMs };
  return { kind: 'park', until: untilMs, isOver: () => hashes.isDecided(workflowId, approval.id) };
}

/** Facts that count only while the attempt owns its task. */
export function commitEvents(
  deps: ExecutorDeps,
  { fence }: AttemptPass,
  events: readonly AnyEvent[],
): Promise<CommitResult> {
  const nothing = { outcome: null, wait: null, round: null, unlessDecided: null, ...NOTHING_GATHERED };
  return deps.hashes.commit({ fence, ...nothing, events });
}

/** The body is in the hash before the event that names it: both go in by the same script, body first. */
function artifactEvents(teller: Teller, artifacts: ReadonlyMap<ArtifactName, string>): AnyEvent[] {
  return [...artifacts].map(([name, text]) => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    const data = { name, sha256, bytes: Buffer.byteLength(text) };
    return teller.event({ type: 'ARTIFACT.WRITTEN.SUCCESS', data });
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
