import { controlRequestSchema, controlResultSchema } from '@tamma/contracts';
import {
  type ControlDeps,
  type Controlled,
  type ControlRequest,
  cancelByPerson,
  retryByPerson,
} from '../../use-cases/control-workflow.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { problem } from '../problem.ts';
import type { ResourceDeps } from './deps.ts';
import { unknownWorkflow, workflowParams } from './workflows.ts';

interface Control {
  readonly verb: 'cancel' | 'retry';
  readonly summary: string;
  readonly act: (deps: ControlDeps, request: ControlRequest) => Promise<Controlled>;
}

const CONTROLS: readonly Control[] = [
  { verb: 'cancel', summary: 'Stop a workflow and release its issue', act: cancelByPerson },
  { verb: 'retry', summary: 'Have the step that stopped for good tried again', act: retryByPerson },
];

/** What a person can do to a workflow. Saying it twice does it once. */
export function controlEndpoints(deps: ResourceDeps): Endpoint[] {
  return CONTROLS.map(({ verb, summary, act }) =>
    endpoint({
      ...NO_INPUT,
      method: 'post',
      path: `/workflows/:id/${verb}`,
      permission: 'operate',
      summary,
      params: workflowParams,
      body: controlRequestSchema,
      status: 200,
      answer: controlResultSchema,
      refusals: [404, 409],
      handle: async ({ params: { id }, body: { reason }, principal }) => {
        const controlled = await act(deps, { workflowId: id, reason, by: principal.name });
        switch (controlled.kind) {
          case 'done':
            return controlled.result;
          case 'unknown':
            throw unknownWorkflow(id);
          case 'impossible':
            throw problem(409, `workflow ${id} cannot be changed: ${controlled.why}`);
        }
      },
    }),
  );
}
