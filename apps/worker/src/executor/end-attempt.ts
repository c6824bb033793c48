import { createHash } from 'node:crypto';
import type { StoredWait } from '@tamma/coordination';
import type { AnyEvent, ArtifactName, ErrorReport } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { AttemptPass, AttemptRequest } from './attempt.ts';
import { type Commitment, commitSettlement, NOTHING_GATHERED } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { releaseMark } from './release-mark.ts';
import { settleEscalation } from './settle-escalation.ts';
import { parkUntilMs } from './settle-park.ts';
import { NOTHING_STORED, type SettleRequest } from './settle-request.ts';
import { settleOutcome } from './settlement.ts';
import type { Gathered } from './step-context.ts';
import type { Teller } from './teller.ts';
import { openApproval } from './waiting.ts';

export interface AttemptEnd {
  readonly outcome: SettleRequest['outcome'];
  /** How long the step ran. */
  readonly durationMs: number;
}

/** The commit point: outcome, gates, artifacts and events in one script; then the queue may move. */
export async function commitAttempt(
  deps: ExecutorDeps,
  request: AttemptRequest,
  { artifacts, gates }: Pick<Gathered, 'gates' | 'artifacts'>,
  end: AttemptEnd,
): Promise<Fate> {
  const settled = settleOutcome(settleRequestOf(deps, request, end));
  const events = [...artifactEvents(request.teller, artifacts), ...settled.events];
  const settlement = { ...settled, events };
  return commitAndRelease(deps, request, { settlement, gates, artifacts, activeMs: end.durationMs });
}

function settleRequestOf(deps: ExecutorDeps, request: AttemptRequest, end: AttemptEnd): SettleRequest {
  const { begun, step, task, teller, fence } = request;
  const { head, rounds, wait, holds } = begun;
  return {
    ...end,
    head,
    step,
    fence,
    round: task.payload.round,
    rounds,
    wait,
    holds,
    teller,
    failures: task.failures,
    nowMs: deps.now(),
    random: deps.random(),
  };
}

/** For a step that a person has left out: the same end as one that was done, with the result it names for that. */
export async function commitSkip(
  deps: ExecutorDeps,
  request: AttemptRequest,
  { result, durationMs }: { readonly result: unknown; readonly durationMs: number },
): Promise<Fate> {
  const end = { outcome: { kind: 'done', result }, durationMs: 0 } as const;
  const settled = settleOutcome(settleRequestOf(deps, request, end));
  const openings = request.begun.isOpened ? [] : request.openings;
  const settlement = { ...settled, events: [...openings, ...settled.events] };
  return commitSettlement(deps, request.fence, { settlement, ...NOTHING_GATHERED, activeMs: durationMs });
}

/** For an attempt that must not run its step. A decision that came in the last moment goes before a deadline. */
export function commitRefusal(deps: ExecutorDeps, pass: AttemptPass, error: ErrorReport): Promise<Fate> {
  const { begun, task, teller } = pass;
  const { escalationDeadlineMs } = begun.head;
  const { failures } = task;
  const settlement = settleEscalation({ teller, failures, nowMs: deps.now(), escalationDeadlineMs }, error);
  const unlessDecided = openApproval(begun);
  return commitAndRelease(deps, pass, { settlement, ...NOTHING_GATHERED, unlessDecided });
}

/** Or a worker whose clock is ahead would wake it again and again until ours has caught up. */
const PARK_AGAIN_MIN_MS = 1000;

/** Woken too early: it parks again, with the deadline and the approval it had. That pick-up proves nothing. */
export function commitParkAgain(deps: ExecutorDeps, { fence }: AttemptPass, wait: StoredWait): Promise<Fate> {
  const nowMs = deps.now();
  const fate = {
    kind: 'park',
    until: Math.max(parkUntilMs(wait, nowMs), nowMs + PARK_AGAIN_MIN_MS),
  } as const;
  return commitSettlement(deps, fence, {
    settlement: { ...NOTHING_STORED, wait, events: [], fate },
    ...NOTHING_GATHERED,
  });
}

async function commitAndRelease(
  deps: ExecutorDeps,
  pass: AttemptPass,
  commitment: Commitment,
): Promise<Fate> {
  const { settlement } = commitment;
  const fate = await commitSettlement(deps, pass.fence, commitment);
  const isOurs = fate === settlement.fate;
  if (isOurs && settlement.outcome?.kind === 'stop') {
    await releaseMark(deps, pass, settlement.outcome.reason);
  }
  return fate;
}

/** The body is in the hash before the event that names it: both go in by the same script, body first. */
function artifactEvents(teller: Teller, artifacts: ReadonlyMap<ArtifactName, string>): AnyEvent[] {
  return [...artifacts].map(([name, text]) => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    const data = { name, sha256, bytes: Buffer.byteLength(text) };
    return teller.event({ type: 'ARTIFACT.WRITTEN.SUCCESS', data });
  });
}
