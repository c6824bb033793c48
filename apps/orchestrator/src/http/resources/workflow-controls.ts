import {
  type ControlResult,
  controlRequestSchema,
  controlResultSchema,
  orderRequestSchema,
  priorityRequestSchema,
} from '@tamma/contracts';
import { cancelByPerson } from '../../use-cases/cancel-by-person.ts';
import type { ControlDeps, Controlled, ControlRequest } from '../../use-cases/control.ts';
import { overrideByPerson } from '../../use-cases/override-by-person.ts';
import { prioritizeByPerson } from '../../use-cases/prioritize-by-person.ts';
import { resumeByPerson } from '../../use-cases/resume-by-person.ts';
import { retryByPerson } from '../../use-cases/retry-by-person.ts';
import { skipByPerson } from '../../use-cases/skip-by-person.ts';
import { suspendByPerson } from '../../use-cases/suspend-by-person.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { type HttpProblem, problem } from '../problem.ts';
import type { ResourceDeps } from './deps.ts';
import { unknownWorkflow, workflowParams } from './workflows.ts';

interface Control {
  readonly verb: string;
  readonly summary: string;
  readonly act: (deps: ControlDeps, request: ControlRequest) => Promise<Controlled>;
}

const CONTROLS: readonly Control[] = [
  { verb: 'cancel', summary: 'Stop a workflow and release its issue', act: cancelByPerson },
  { verb: 'suspend', summary: 'Have a workflow stand still', act: suspendByPerson },
  { verb: 'resume', summary: 'Have a workflow go on that stands still', act: resumeByPerson },
  { verb: 'retry', summary: 'Have the step that stopped for good tried again', act: retryByPerson },
];

const ORDERS = [
  {
    verb: 'override',
    permission: 'approve',
    summary: 'Let a step pass that stopped for good, for the commit it finds',
    act: overrideByPerson,
  },
  {
    verb: 'skip',
    permission: 'operate',
    summary: 'Leave out a step that has no outcome yet',
    act: skipByPerson,
  },
] as const;

/** What a person can do to a workflow. Saying it twice does it once. */
export function controlEndpoints(deps: ResourceDeps): Endpoint[] {
  return [...CONTROLS.map((one) => control(deps, one)), ...orders(deps), priority(deps)];
}

/** What these endpoints have in common. */
export const CONTROL = {
  ...NO_INPUT,
  method: 'post',
  permission: 'operate',
  status: 200,
  answer: controlResultSchema,
  refusals: [404, 409],
} as const;

function control(deps: ResourceDeps, { verb, summary, act }: Control): Endpoint {
  return endpoint({
    ...CONTROL,
    path: `/workflows/:id/${verb}`,
    summary,
    params: workflowParams,
    body: controlRequestSchema,
    handle: async ({ params: { id }, body: { reason }, principal }) =>
      resultOf(await act(deps, { workflowId: id, reason, by: principal.name }), { workflowId: id }),
  });
}

function orders(deps: ResourceDeps): Endpoint[] {
  return ORDERS.map(({ verb, permission, summary, act }) =>
    endpoint({
      ...CONTROL,
      path: `/workflows/:id/${verb}`,
      permission,
      summary,
      params: workflowParams,
      body: orderRequestSchema,
      handle: async ({ params: { id }, body: { reason, step }, principal }) => {
        const request = { workflowId: id, stepId: step, reason, by: principal.name };
        return resultOf(await act(deps, request), request);
      },
    }),
  );
}

function priority(deps: ResourceDeps): Endpoint {
  return endpoint({
    ...CONTROL,
    path: '/workflows/:id/priority',
    summary: 'Set the score that a workflow waits and is queued by: 0 to 1000, higher goes first',
    params: workflowParams,
    body: priorityRequestSchema,
    handle: async ({ params: { id }, body, principal }) => {
      const request = { workflowId: id, ...body, by: principal.name };
      return resultOf(await prioritizeByPerson(deps, request), request);
    },
  });
}

/** Throws an HttpProblem when nothing came of it. */
export function resultOf(
  controlled: Controlled,
  { workflowId, stepId = '' }: { readonly workflowId: string; readonly stepId?: string },
): ControlResult {
  if (controlled.kind === 'done') return controlled.result;
  throw refusalOf(controlled, workflowId, stepId);
}

type Refused = Exclude<Controlled, { kind: 'done' }>;

function refusalOf(refused: Refused, workflowId: string, stepId: string): HttpProblem {
  switch (refused.kind) {
    case 'unknown':
      return unknownWorkflow(workflowId);
    case 'unknown-step':
      return problem(404, `workflow ${workflowId} has no step "${stepId}"`);
    case 'not-allowed':
      return problem(403, refused.why);
    case 'impossible':
      return problem(409, `workflow ${workflowId} cannot be changed: ${refused.why}`);
  }
}
