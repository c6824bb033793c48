import type { TaskDetail, TaskView } from '@tamma/contracts';
import {
  hasWorkflowEnded,
  roundOfTask,
  type StepState,
  taskIdOf,
  type WorkflowState,
  workflowIdOfTask,
} from '@tamma/domain';
import type { Claims } from '@tamma/store';
import { type FindDeps, findWorkflow, readTail } from './find-workflow.ts';

export interface TaskDeps extends FindDeps {
  readonly claims: Pick<Claims, 'findOpen'>;
}

/** A task, and the step of a workflow that it is. */
export interface FoundTask {
  readonly state: WorkflowState;
  readonly step: StepState;
  /** Which round of the step it belongs to: not always the one that works on it now. */
  readonly round: number;
}

const HISTORY_MAX = 200;
const PAGE = 1000;
/** Pages of a workflow's events looked through: more than any workflow has. */
const PAGES_MAX = 20;

/** Null when there is no such task. One whose workflow waits for a slot is known from its claim. */
export async function findTask(deps: TaskDeps, taskId: string): Promise<FoundTask | null> {
  const workflowId = workflowIdOfTask(taskId);
  const state = workflowId === null ? null : await findWorkflow(deps, workflowId);
  if (state === null) return null;
  const steps = state.startedAt === null ? await plannedSteps(deps, state) : state.steps;
  for (const step of steps) {
    const round = roundOfTask(taskId, state.id, step.id);
    if (round !== null && round <= step.round) return { state, step, round };
  }
  return null;
}

/** All that is known of one task; null when it is not there, or a later round works on its step. */
export async function describeTask(deps: TaskDeps, taskId: string): Promise<TaskDetail | null> {
  const found = await findTask(deps, taskId);
  if (found === null || found.round !== found.step.round) return null;
  const { state, step } = found;
  return {
    ...viewTask({ ...state, workflowId: state.id }, step),
    isTerminal: isAtItsEnd(found),
    history: await readHistory(deps, state.id, taskId),
  };
}

export function viewTask(
  { workflowId, project, issue }: Pick<TaskView, 'workflowId' | 'project' | 'issue'>,
  step: StepState,
): TaskView {
  const { id: stepId, allow: _, order: __, ...shown } = step;
  return { id: taskIdOf(workflowId, stepId, step.round), workflowId, project, issue, stepId, ...shown };
}

/** One that stopped for good may be tried again as long as its workflow has not ended. */
function isAtItsEnd({ state, step }: FoundTask): boolean {
  return step.status === 'completed' || step.status === 'cancelled' || hasWorkflowEnded(state.status);
}

async function plannedSteps({ claims }: TaskDeps, { id, status }: WorkflowState): Promise<StepState[]> {
  const claim = await claims.findOpen(id);
  const planned = claim?.head.template.steps ?? [];
  return planned.map(({ id: stepId, phase, capability, allow }) => ({
    id: stepId,
    phase,
    capability,
    allow,
    status: hasWorkflowEnded(status) ? 'cancelled' : 'pending',
    round: 0,
    attempts: 0,
    startedAt: null,
    completedAt: null,
    error: null,
    order: null,
  }));
}

async function readHistory(deps: TaskDeps, workflowId: string, taskId: string) {
  const { offset } = await deps.reader.readSnapshot(workflowId);
  const events = [];
  let since: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const recorded = await deps.reader.listEvents({ workflowId, since, limit: PAGE });
    events.push(...recorded);
    since = recorded.at(-1)?.offset;
    if (recorded.length < PAGE) break;
  }
  const tail = await readTail(deps.eventLog, offset);
  const ours = [...events, ...tail].map(({ event }) => event).filter((event) => event.taskId === taskId);
  const once = [...new Map(ours.map((event) => [event.id, event])).values()];
  return once.slice(-HISTORY_MAX).map(({ type, at, attempt = null }) => ({ type, at, attempt }));
}
