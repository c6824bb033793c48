import {
  type AnyEvent,
  type ArtifactName,
  escalationLevelAt,
  failedStepOf,
  hasWorkflowEnded,
  taskIdOf,
  type WorkflowState,
} from '@tamma/domain';
import type { OpenClaim, RecordReader } from '@tamma/store';
import { orchestratorEvent } from '../use-cases/facts.ts';
import { type StartDeps, startWorkflow } from '../use-cases/start-workflow.ts';
import { readWhole, type WholeWorkflow } from './recovery/read-whole.ts';
import { planRebuild, type RebuildPlan } from './recovery/rebuild-request.ts';
import { type RecordedWork, readWork } from './recovery/recorded-work.ts';
import { tasksLeftOf } from './recovery/tasks-left.ts';
import { repairedEvent } from './recovery/telling.ts';

export interface RebuildDeps extends StartDeps {
  readonly reader: RecordReader;
}

const DIFFERENCE = 'it was started, and Redis does not know it';

/**
 * Puts a workflow back that Redis has lost: what its tasks came to, from the record, and the tasks that have still to
 * run. What was told and not recorded when Redis was lost is gone: those steps run again. False when there was
 * nothing to do. Cut off anywhere, it is simply called again.
 */
export async function rebuildWorkflow(deps: RebuildDeps, claim: OpenClaim): Promise<boolean> {
  const { workflowId } = claim;
  const whole = await readWhole(deps, workflowId);
  const { state, events } = whole;
  if (state !== null && hasWorkflowEnded(state.status)) return false;
  if (state === null || state.startedAt === null) {
    // Nothing of its start is on record, so it is started: that tells all of it.
    await startWorkflow(deps, claim.head);
    return deps.eventLog.appendOnce(told(deps, claim, events.length, 'it was started anew'));
  }
  const work = readWork(events);
  const plan = await planFrom(deps, claim, { ...whole, state, work });
  const isNew = await deps.hashes.rebuild(plan.request);
  await giveBackOrders(deps, work, workflowId);
  await queueAgain(deps, plan);
  return isNew;
}

interface Known extends WholeWorkflow {
  readonly state: WorkflowState;
  readonly work: RecordedWork;
}

async function planFrom(
  deps: RebuildDeps,
  claim: OpenClaim,
  { state, events, work }: Known,
): Promise<RebuildPlan> {
  const artifacts = new Map<ArtifactName, string>();
  for (const name of work.artifacts.keys()) {
    const text = await deps.reader.readArtifact(claim.workflowId, name);
    if (text !== null) artifacts.set(name, text);
  }
  const all = tasksLeftOf({ head: claim.head, rounds: work.rounds, isDone: () => false });
  const statuses = await deps.queue.readStatuses(all);
  const queued = all.filter((_, place) => statuses[place] !== null).map(({ taskId }) => taskId);
  const repair = 'it was put back from the record, and what has still to run was queued again';
  return planRebuild({
    head: { ...claim.head, score: state.score },
    work,
    artifacts,
    queued: new Set(queued),
    suspendedUntilMs: state.suspended === null ? null : Date.parse(state.suspended.until),
    events: [told(deps, claim, events.length, repair), ...untoldEscalation(deps, claim, state)],
  });
}

/** The loss may have come between a failure and its escalation: then nobody was asked. */
function untoldEscalation(
  { now }: RebuildDeps,
  { workflowId, head }: OpenClaim,
  state: WorkflowState,
): readonly AnyEvent[] {
  const step = failedStepOf(state);
  if (step === null || step.error === null || state.escalation !== null) return [];
  const taskId = taskIdOf(workflowId, step.id, step.round);
  const { error } = step;
  const nowMs = now();
  const untilMs = nowMs + head.escalationDeadlineMs;
  const level = escalationLevelAt({ errorClass: error.class, sinceMs: nowMs, untilMs, nowMs });
  const data = { level, error, until: new Date(untilMs).toISOString() };
  const fact = { type: 'ESCALATION.TRIGGERED.SUCCESS', data } as const;
  const about = { workflowId, task: { taskId, stepId: step.id }, nowMs };
  return [orchestratorEvent(`${taskId}.rebuilt.${nowMs}`, fact, about)];
}

async function giveBackOrders(
  { hashes }: RebuildDeps,
  { orders }: RecordedWork,
  workflowId: string,
): Promise<void> {
  for (const [taskId, order] of orders) await hashes.order({ workflowId, taskId, order, events: [] });
}

/** Tasks that are still queued may have failed for want of what is back now. */
async function queueAgain({ queue }: RebuildDeps, { request, tasks }: RebuildPlan): Promise<void> {
  await queue.restoreFlow(tasks);
  const open = tasks.filter(({ taskId }) => !request.outcomes.has(taskId));
  const statuses = await queue.readStatuses(open);
  for (const [place, task] of open.entries()) {
    if (statuses[place] === 'failed') await queue.retry(task);
  }
}

function told({ now }: RebuildDeps, { workflowId }: OpenClaim, place: number, repair: string) {
  return repairedEvent({ workflowId, place, difference: DIFFERENCE, repair, nowMs: now() });
}
