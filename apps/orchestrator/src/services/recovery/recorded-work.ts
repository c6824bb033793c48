import type { StoredOutcome } from '@tamma/coordination';
import type { AnyEvent, ArtifactName, Order, Round, StoredDecision } from '@tamma/domain';
import { decisionIn } from '../../use-cases/people-events.ts';
import { readGates } from './recorded-gates.ts';
import { readActiveMs } from './recorded-time.ts';

interface RecordedDecision {
  readonly taskId: string;
  readonly attempt: number;
  readonly decision: StoredDecision;
}

interface RecordedArtifact {
  readonly sha256: string;
  /** The task that wrote it last. */
  readonly taskId: string;
}

/** What the events of one workflow say about its tasks, in the words of the workflow's hash. */
export interface RecordedWork {
  readonly outcomes: ReadonlyMap<string, StoredOutcome>;
  /** Highest attempt that was told, by task. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly gates: ReturnType<typeof readGates>;
  /** Oldest first. */
  readonly rounds: readonly Round[];
  readonly decisions: readonly RecordedDecision[];
  /** What people ordered, for tasks that have not taken it yet. */
  readonly orders: ReadonlyMap<string, Order>;
  readonly artifacts: ReadonlyMap<ArtifactName, RecordedArtifact>;
  readonly activeMs: number;
}

/** Pure: the same events, oldest first, always give the same. */
export function readWork(events: readonly AnyEvent[]): RecordedWork {
  return {
    outcomes: readOutcomes(events),
    attempts: readAttempts(events),
    gates: readGates(events),
    rounds: readRounds(events),
    decisions: events.flatMap((event) => readDecision(event) ?? []),
    orders: readOrders(events),
    artifacts: readArtifacts(events),
    activeMs: readActiveMs(events),
  };
}

/** A stop that a person resolved is none any more. */
function readOutcomes(events: readonly AnyEvent[]): ReadonlyMap<string, StoredOutcome> {
  const outcomes = new Map<string, StoredOutcome>();
  for (const event of events) {
    const { taskId } = event;
    if (taskId === undefined) continue;
    if (event.type === 'TASK.COMPLETED.SUCCESS') {
      outcomes.set(taskId, { kind: 'done', result: event.data.result });
    }
    if (event.type === 'TASK.FAILED.PERMANENT') {
      outcomes.set(taskId, { kind: 'stop', reason: { kind: 'escalate', error: event.data.error } });
    }
    const isStopped = outcomes.get(taskId)?.kind === 'stop';
    if (event.type === 'ESCALATION.RESOLVED.SUCCESS' && isStopped) outcomes.delete(taskId);
  }
  return outcomes;
}

function readAttempts(events: readonly AnyEvent[]): ReadonlyMap<string, number> {
  const attempts = new Map<string, number>();
  for (const { taskId, attempt } of events) {
    if (taskId === undefined || attempt === undefined) continue;
    attempts.set(taskId, Math.max(attempt, attempts.get(taskId) ?? 0));
  }
  return attempts;
}

function readRounds(events: readonly AnyEvent[]): readonly Round[] {
  const rounds = new Map<number, Round>();
  for (const { type, data, taskId } of events) {
    if (type !== 'ROUND.STARTED.SUCCESS' || taskId === undefined || rounds.has(data.round)) continue;
    rounds.set(data.round, { number: data.round, kind: data.kind, askedBy: taskId, steps: data.steps });
  }
  return [...rounds.values()].toSorted((a, b) => a.number - b.number);
}

function readDecision(event: AnyEvent): RecordedDecision | null {
  const decision = decisionIn(event);
  const asked = /^(.+)\.a(\d+)$/.exec(decision?.approvalId ?? '');
  if (decision === null || asked === null) return null;
  const [, taskId = '', attempt = ''] = asked;
  return { taskId, attempt: Number(attempt), decision };
}

/** What came to its end took its order, or has no use for it any more. */
function readOrders(events: readonly AnyEvent[]): ReadonlyMap<string, Order> {
  const orders = new Map<string, Order>();
  for (const { type, data, taskId, actor, at } of events) {
    if (taskId === undefined) continue;
    if (type === 'TASK.COMPLETED.SUCCESS' || type === 'TASK.FAILED.PERMANENT') orders.delete(taskId);
    if (type === 'TASK.SKIP.ORDERED') orders.set(taskId, { kind: 'skip', by: actor.id, why: data.why, at });
    if (type !== 'TASK.OVERRIDE.ORDERED') continue;
    orders.set(taskId, { kind: 'override', by: actor.id, why: data.why, at });
  }
  return orders;
}

function readArtifacts(events: readonly AnyEvent[]): ReadonlyMap<ArtifactName, RecordedArtifact> {
  const artifacts = new Map<ArtifactName, RecordedArtifact>();
  for (const { type, data, taskId } of events) {
    if (type !== 'ARTIFACT.WRITTEN.SUCCESS') continue;
    artifacts.set(data.name, { sha256: data.sha256, taskId: taskId ?? '' });
  }
  return artifacts;
}
