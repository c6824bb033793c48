import { createHash } from 'node:crypto';
import type { CommitResult, StoredOutcome } from '@tamma/coordination';
import type { AnyEvent, ArtifactName, Outcome } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import { announceStop } from './announce.ts';
import type { ExecutorDeps } from './deps.ts';
import { settleOutcome } from './settlement.ts';
import type { AttemptRequest, Gathered } from './step-context.ts';

export interface AttemptEnd {
  readonly outcome: Outcome<unknown>;
  readonly durationMs: number;
}

/** The commit point: outcome, gates, artifacts and events in one script; then the queue may move. */
export async function commitAttempt(
  deps: ExecutorDeps,
  request: AttemptRequest,
  gathered: Gathered,
  end: AttemptEnd,
): Promise<Fate> {
  const { fence, begun, step, task, teller } = request;
  const settlement = settleOutcome({
    ...end,
    head: begun.head,
    step,
    teller,
    failures: task.failures,
    nowMs: deps.now(),
    random: deps.random(),
  });
  const verdict = await deps.hashes.commit({
    fence,
    outcome: settlement.outcome,
    wait: settlement.wait,
    gates: gathered.gates,
    artifacts: gathered.artifacts,
    events: [...artifactEvents(request, gathered.artifacts), ...settlement.events],
  });
  if (verdict !== 'committed') return fateOfRefusal(verdict);
  if (settlement.outcome?.kind === 'stop') await announceStop(deps, request, settlement.outcome.reason);
  return settlement.fate;
}

/** The body is in the hash before the event that names it: both go in by the same script, body first. */
function artifactEvents(
  { teller }: AttemptRequest,
  artifacts: ReadonlyMap<ArtifactName, string>,
): AnyEvent[] {
  return [...artifacts].map(([name, text]) => {
    const sha256 = createHash('sha256').update(text).digest('hex');
    const data = { name, sha256, bytes: Buffer.byteLength(text) };
    return teller.event({ type: 'ARTIFACT.WRITTEN.SUCCESS', data });
  });
}

function fateOfRefusal(verdict: Exclude<CommitResult, 'committed'>): Fate {
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
