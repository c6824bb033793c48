import { agentListSchema } from '@tamma/contracts';
import type { AgentRecords } from '@tamma/coordination';
import { z } from 'zod';
import { viewAgent } from '../../use-cases/agent-views.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { pageOf } from '../pages.ts';
import { page, word } from '../query.ts';

export interface AgentDeps {
  readonly agentRecords: Pick<AgentRecords, 'list'>;
}

const listQuery = z.strictObject({
  ...page,
  project: word.optional(),
  step: word.optional().describe('a step that asks models, such as code-generation'),
});

/** Models by what they did so far: a row for each project, step, agent and model. */
export function agentEndpoints({ agentRecords }: AgentDeps): Endpoint[] {
  return [
    endpoint({
      ...NO_INPUT,
      method: 'get',
      path: '/agents',
      permission: 'view',
      summary: 'Agents: what was measured of each model at each step of each project',
      query: listQuery,
      status: 200,
      answer: agentListSchema,
      refusals: [],
      handle: async ({ query }) => {
        const { project, step } = query;
        const views = (await agentRecords.list())
          .filter((one) => (project ?? one.project) === one.project && (step ?? one.step) === one.step)
          .map(viewAgent);
        const keyOf = (one: (typeof views)[number]) =>
          JSON.stringify([one.project, one.step, one.agent, one.model]);
        return pageOf(views, keyOf, query);
      },
    }),
  ];
}
