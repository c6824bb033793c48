import { createHash } from 'node:crypto';
import type { CommitResult, Fence, StoredOutcome } from '@tamma/coordination';
import type { AnyEvent, ArtifactName, ErrorReport, GateResult, Outcome } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import { announceStop } from './announce.ts';
import type { AttemptPass, AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';
import { type Settlement, settleEscalation, settleOutcome } from './settlement.ts';
import type { Gathered } from './step-context.ts';
import type { Teller } from './teller.ts';

export interface AttemptEnd {
  readonly outcome: Outcome<unknown>;
  readonly durationMs: number;
}

interface Commitment {
  readonly settlement: Settlement;
  readonly gates: readonly GateResult[];
  readonly artifacts: ReadonlyMap<ArtifactName, string>;
}

export const NOTHING_GATHERED = { gates: [], artifacts: new Map<ArtifactName, string>() } as const;

/** The commit point: outcome, gates, artifacts and events in one script; then the queue may move. */
export async function commitAttempt(
  deps: ExecutorDeps,
  request: AttemptRequest,
  { artifacts, gates }: Gathered,
  end: AttemptEnd,
): Promise<Fate> {
  const { begun, step, task, teller } = request;
  const settled = settleOutcome({
    ...end,
    head: begun.head,
    step,
    teller,
    failures: task.failures,
    nowMs: deps.now(),
    random: deps.random(),
  });
  const events = [...artifactEvents(teller, artifacts), ...settled.events];
  return commitAndAnnounce(deps, request, { settlement: { ...settled, events }, gates, artifacts });
}

/** For an attempt that must not run its step. */
export function commitRefusal(deps: ExecutorDeps, pass: AttemptPass, error: ErrorReport): Promise<Fate> {
  const { begun, task, teller } = pass;
  const { escalationDeadlineMs } = begun.head;
  const { failures } = task;
  const settlement = settleEscalation({ teller, failures, nowMs: deps.now(), escalationDeadlineMs }, error);
  return commitAndAnnounce(deps, pass, { settlement, ...NOTHING_GATHERED });
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
  { settlement, gates, artifacts }: Commitment,
): Promise<Fate> {
  const { outcome, wait, events, fate } = settlement;
  const verdict = await deps.hashes.commit({ fence, outcome, wait, gates, artifacts, events });
  return verdict === 'committed' ? fate : fateOfRefusal(verdict);
}

/** Facts that count only while the attempt owns its task. */
export function commitEvents(
  deps: ExecutorDeps,
  { fence }: AttemptPass,
  events: readonly AnyEvent[],
): Promise<CommitResult> {
  return deps.hashes.commit({ fence, outcome: null, wait: null, ...NOTHING_GATHERED, events });
}

/** The body is in the hash before the event that names it: both go in by the same script, body first. */
function artifactEvents(teller: Teller, artifacts: ReadonlyMap<ArtifactName, string>): AnyEvent[] {
  return [...artifacts].map(([name, text]) => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    const data = { name, sha256, bytes: Buffer.byteLength(text) };
    return teller.event({ type: 'ARTIFACT.WRITTEN.SUCCESS', data });
  });
}

export function fateOfRefusal(verdict: Exclude<CommitResult, 'committed'>): Fate {
  if (verdict === 'overtaken') return { kind: 'abandon' };
  return {
    kind: 'stop',
    why: verdict === 'cancelled' ? 'the workflow is cancelled' : 'the workflow is gone',
  };
}

/** An earlier attempt committed and died before the queue moved; only the move is left. */
export function fateOfStored(outcome: StoredOutcome): Fate {
  if (outcome.kind === 'done') return { kind: 'done' };
  const { reason } = outcome;
  return { kind: 'stop', why: reason.kind === 'escalate' ? reason.error.message : reason.why };
}
