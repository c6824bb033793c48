import { Router } from 'express';
import { z } from 'zod';
import { admitViewers, type Endpoint, endpoint, mountEndpoints, NO_INPUT } from './endpoint.ts';
import { describeApi } from './openapi.ts';
import { notFound } from './problem.ts';
import { agentEndpoints } from './resources/agents.ts';
import { approvalEndpoints } from './resources/approvals.ts';
import { artifactEndpoints } from './resources/artifacts.ts';
import { budgetEndpoints } from './resources/budgets.ts';
import type { ResourceDeps } from './resources/deps.ts';
import { eventEndpoints } from './resources/events.ts';
import { issueEndpoints } from './resources/issues.ts';
import { projectEndpoints } from './resources/projects.ts';
import { queueEndpoints } from './resources/queues.ts';
import { sessionEndpoints } from './resources/session.ts';
import { taskControlEndpoints } from './resources/task-controls.ts';
import { taskEndpoints } from './resources/tasks.ts';
import { workerEndpoints } from './resources/workers.ts';
import { controlEndpoints } from './resources/workflow-controls.ts';
import { workflowEndpoints } from './resources/workflows.ts';

/** All of `/api/v1`, and the document that describes it. */
export function apiRoutes(deps: ResourceDeps, version: string): Router {
  const router = Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    // What one person may see must not be kept for the next.
    response.set('Cache-Control', 'no-store');
    next();
  });
  mountEndpoints(router, withDocument(apiEndpoints(deps), version), deps.door);
  router.use(admitViewers(deps.door), notFound);
  return router;
}

function apiEndpoints(deps: ResourceDeps): Endpoint[] {
  return [
    ...workflowEndpoints(deps),
    ...controlEndpoints(deps),
    ...artifactEndpoints(deps),
    ...taskEndpoints(deps),
    ...taskControlEndpoints(deps),
    ...queueEndpoints(deps),
    ...approvalEndpoints(deps),
    ...eventEndpoints(deps),
    ...workerEndpoints(deps),
    ...agentEndpoints(deps),
    ...budgetEndpoints(deps),
    ...projectEndpoints(deps),
    ...issueEndpoints(deps),
    ...sessionEndpoints(deps),
  ];
}

/** The document describes its own endpoint as well. */
function withDocument(endpoints: readonly Endpoint[], version: string): Endpoint[] {
  const documentSchema = z.looseObject({ openapi: z.string() });
  const all: Endpoint[] = [...endpoints];
  let document: z.infer<typeof documentSchema> | undefined;
  all.push(
    endpoint({
      ...NO_INPUT,
      method: 'get',
      path: '/openapi.json',
      permission: 'view',
      summary: 'This document',
      status: 200,
      answer: documentSchema,
      refusals: [],
      handle: () => {
        document ??= { ...describeApi(all, version) };
        return document;
      },
    }),
  );
  return all;
}
