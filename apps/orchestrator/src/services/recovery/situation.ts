import type { WorkflowHashes } from '@tamma/coordination';
import { hasWorkflowEnded, type Round, type TaskStatus, taskIdOf, type WorkflowState } from '@tamma/domain';
import type { FlowQueue, FlowTask, QueuedTask } from '@tamma/queue';
import type { OpenClaim } from '@tamma/store';
import { tasksLeftOf } from './tasks-left.ts';

/** A task and what the queue says about it; null when it does not know it. */
export interface SeenTask {
  readonly task: FlowTask;
  readonly status: TaskStatus | null;
}

/** One workflow as record, Redis and queue show it side by side. */
export interface Situation {
  readonly claim: OpenClaim;
  /** Null when nothing of it is on record. */
  readonly state: WorkflowState | null;
  readonly isInRedis: boolean;
  /** What has still to run, in order. */
  readonly left: readonly SeenTask[];
  /** The last task that is done: the one before the first that is left. Null when none is. */
  readonly last: SeenTask | null;
}

export interface SituationDeps {
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
}

/** A claim, and the state of its workflow as the caller knows it. */
export interface KnownWorkflow {
  readonly claim: OpenClaim;
  readonly state: WorkflowState | null;
}

/** Looks at several workflows at once, in a few round trips for all of them. In the order asked. */
export async function readSituations(
  { hashes, queue }: SituationDeps,
  known: readonly KnownWorkflow[],
): Promise<readonly Situation[]> {
  const present = await hashes.present(known.map(({ claim }) => claim.workflowId));
  const plans = await Promise.all(
    known.map(async (one) => ({ ...one, ...(await planOf(hashes, one, present)) })),
  );
  const tasks = plans.flatMap(({ left, last }): QueuedTask[] =>
    last === null ? [...left] : [...left, last],
  );
  const statuses = await queue.readStatuses(tasks);
  let place = 0;
  const see = (task: FlowTask): SeenTask => {
    const status = statuses[place] ?? null;
    place += 1;
    return { task, status };
  };
  return plans.map(({ claim, state, left, last }) => ({
    claim,
    state,
    isInRedis: present.has(claim.workflowId),
    left: left.map(see),
    last: last === null ? null : see(last),
  }));
}

async function planOf(
  hashes: WorkflowHashes,
  { claim, state }: KnownWorkflow,
  present: ReadonlySet<string>,
): Promise<{ left: readonly FlowTask[]; last: FlowTask | null }> {
  const isOver = state === null || state.status === 'pending' || hasWorkflowEnded(state.status);
  if (isOver || !present.has(claim.workflowId)) return { left: [], last: null };
  const rounds = state.rounds.length === 0 ? [] : await hashes.readRounds(claim.workflowId);
  return planLeft(claim, state, rounds);
}

function planLeft({ head }: OpenClaim, state: WorkflowState, rounds: readonly Round[]) {
  const isDone = doneIn(state, rounds);
  const left = tasksLeftOf({ head, rounds, isDone });
  const all = tasksLeftOf({ head, rounds, isDone: () => false });
  const first = all.findIndex(({ taskId }) => taskId === left[0]?.taskId);
  return { left, last: all[(first === -1 ? all.length : first) - 1] ?? null };
}

/** A step is shown as the task of its latest round: what it was in an earlier one came to its end before that. */
function doneIn(state: WorkflowState, rounds: readonly Round[]): (taskId: string) => boolean {
  const done = new Set<string>();
  for (const { id, status, round } of state.steps) {
    for (const number of [0, ...rounds.map((one) => one.number)]) {
      const isDone = number < round || (number === round && status === 'completed');
      if (isDone) done.add(taskIdOf(state.id, id, number));
    }
  }
  return (taskId) => done.has(taskId);
}

/** The spine of a workflow that has ended, as far as its state tells it. */
export function tasksOfState({ id, steps }: WorkflowState): readonly QueuedTask[] {
  return steps.map((step) => ({ taskId: taskIdOf(id, step.id), capability: step.capability }));
}
