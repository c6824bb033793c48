import { type ControlResult, controlRequestSchema, priorityRequestSchema } from '@tamma/contracts';
import type { Permission } from '@tamma/domain';
import { cancelByPerson } from '../../use-cases/cancel-by-person.ts';
import type { ControlDeps, Controlled, ControlRequest, StepRequest } from '../../use-cases/control.ts';
import { type FoundTask, findTask } from '../../use-cases/find-task.ts';
import { overrideByPerson } from '../../use-cases/override-by-person.ts';
import { prioritizeByPerson } from '../../use-cases/prioritize-by-person.ts';
import { resumeByPerson } from '../../use-cases/resume-by-person.ts';
import { retryTaskByPerson } from '../../use-cases/retry-by-person.ts';
import { skipByPerson } from '../../use-cases/skip-by-person.ts';
import { suspendByPerson } from '../../use-cases/suspend-by-person.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import type { ResourceDeps } from './deps.ts';
import { taskParams, unknownTask } from './tasks.ts';
import { CONTROL, resultOf } from './workflow-controls.ts';

/** What is done to a task's whole workflow: its steps wait for each other. */
interface WholeControl {
  readonly verb: string;
  readonly summary: string;
  readonly act: (deps: ControlDeps, request: ControlRequest) => Promise<Controlled>;
}

interface StepControl {
  readonly verb: string;
  readonly permission: Permission;
  readonly summary: string;
  readonly act: (deps: ControlDeps, request: StepRequest) => Promise<Controlled>;
}

const WHOLE: readonly WholeControl[] = [
  { verb: 'cancel', summary: 'Stop the workflow of a task', act: cancelByPerson },
  { verb: 'suspend', summary: 'Have the workflow of a task stand still', act: suspendByPerson },
  { verb: 'resume', summary: 'Have the workflow of a task go on', act: resumeByPerson },
];

const STEP: readonly StepControl[] = [
  {
    verb: 'retry',
    permission: 'operate',
    summary: 'Have a task tried again that stopped for good',
    act: retryTaskByPerson,
  },
  {
    verb: 'override',
    permission: 'approve',
    summary: 'Let a task pass that stopped for good, for the commit it finds',
    act: overrideByPerson,
  },
  {
    verb: 'skip',
    permission: 'operate',
    summary: 'Leave out a task that has no outcome yet',
    act: skipByPerson,
  },
];

/** The same as for workflows, said about a task by its id. Saying it twice does it once. */
export function taskControlEndpoints(deps: ResourceDeps): Endpoint[] {
  return [
    ...WHOLE.map((one) => wholeControl(deps, one)),
    ...STEP.map((one) => stepControl(deps, one)),
    priority(deps),
  ];
}

function wholeControl(deps: ResourceDeps, { verb, summary, act }: WholeControl): Endpoint {
  return endpoint({
    ...CONTROL,
    path: `/tasks/:id/${verb}`,
    summary,
    params: taskParams,
    body: controlRequestSchema,
    handle: async ({ params: { id }, body: { reason }, principal }) => {
      const found = await mustFindTask(deps, id);
      const request = { workflowId: found.state.id, reason, by: principal.name };
      return ofWhole(found, resultOf(await act(deps, request), request));
    },
  });
}

function stepControl(deps: ResourceDeps, { verb, permission, summary, act }: StepControl): Endpoint {
  return endpoint({
    ...CONTROL,
    path: `/tasks/:id/${verb}`,
    permission,
    summary,
    params: taskParams,
    body: controlRequestSchema,
    handle: async ({ params: { id }, body: { reason }, principal }) => {
      const { state, step, round } = await mustFindTask(deps, id);
      const request = { workflowId: state.id, stepId: step.id, round, reason, by: principal.name };
      return resultOf(await act(deps, request), request);
    },
  });
}

function priority(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...CONTROL,
    path: '/tasks/:id/priority',
    summary: 'Set the score of the workflow of a task: 0 to 1000, higher goes first',
    params: taskParams,
    body: priorityRequestSchema,
    handle: async ({ params: { id }, body, principal }) => {
      const found = await mustFindTask(deps, id);
      const request = { workflowId: found.state.id, ...body, by: principal.name };
      return ofWhole(found, resultOf(await prioritizeByPerson(deps, request), request));
    },
  });
}

/** Says that more was changed than was named. */
function ofWhole({ state }: FoundTask, result: ControlResult): ControlResult {
  if (state.taskType !== null) return result;
  return { ...result, message: `${result.message} (all of workflow ${state.id}, not this task alone)` };
}

/** Throws an HttpProblem with 404. */
async function mustFindTask(deps: ResourceDeps, id: string): Promise<FoundTask> {
  const found = await findTask(deps, id);
  if (found === null) throw unknownTask(id);
  return found;
}
