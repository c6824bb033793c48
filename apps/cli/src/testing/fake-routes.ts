import {
  agentListSchema,
  approvalListSchema,
  artifactViewSchema,
  budgetListSchema,
  budgetRaiseSchema,
  budgetViewSchema,
  controlRequestSchema,
  controlResultSchema,
  decisionRequestSchema,
  decisionResultSchema,
  eventListSchema,
  explanationSchema,
  healthSchema,
  issueVerdictListSchema,
  issueVerdictSchema,
  orderRequestSchema,
  priorityRequestSchema,
  projectListSchema,
  queueControlResultSchema,
  queueListSchema,
  sessionViewSchema,
  taskCreatedSchema,
  taskDetailSchema,
  taskListSchema,
  taskRequestSchema,
  workerListSchema,
  workflowCreatedSchema,
  workflowListSchema,
  workflowRequestSchema,
  workflowStateSchema,
} from '@tamma/contracts';
import { workflowIdOfTask } from '@tamma/domain';
import type { z } from 'zod';
import { explanationOf, type FakeProduct } from './fake-product.ts';
import { AGENTS, BUDGETS, HEALTH, PROJECTS, QUEUES, VERDICTS, WORKERS } from './samples.ts';

/** A request, taken apart. */
interface Asked {
  readonly id: string;
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** An answer of the API; every one is checked against its schema before it leaves. */
export interface Answered {
  readonly status: number;
  readonly body: unknown;
}

type Route = (asked: Asked, product: FakeProduct) => Answered;

const CONTROLS: Readonly<Record<string, Controls>> = {
  cancel: { schema: controlRequestSchema, message: 'cancelled' },
  suspend: { schema: controlRequestSchema, message: 'suspended' },
  resume: { schema: controlRequestSchema, message: 'resumed' },
  retry: { schema: controlRequestSchema, message: 'tried again' },
  override: { schema: orderRequestSchema, message: 'let pass' },
  skip: { schema: orderRequestSchema, message: 'left out' },
  priority: { schema: priorityRequestSchema, message: 'set' },
};

/** By method and path, where `:id` is the first part that differs and `:rest` the second. */
export const ROUTES: Readonly<Record<string, Route>> = {
  'GET /health': () => ok(healthSchema.parse(HEALTH)),
  'GET /api/v1/session': () =>
    ok(sessionViewSchema.parse({ name: 'ann', roles: ['operator'], authentication: 'token' })),
  'GET /api/v1/projects': () => ok(projectListSchema.parse(list(PROJECTS))),
  'GET /api/v1/projects/:id/issues': ({ id, query }) => {
    if (!isProject(id)) return noProject(id);
    const wanted = query.get('eligible');
    const found = VERDICTS.filter(({ project }) => project === id);
    const chosen = found.filter(({ eligible }) => wanted === null || String(eligible) === wanted);
    return ok(issueVerdictListSchema.parse(list(chosen)));
  },
  'GET /api/v1/projects/:id/issues/:rest': ({ id, rest }) => {
    if (!isProject(id)) return noProject(id);
    const found = VERDICTS.find(({ project, issue }) => project === id && String(issue) === rest);
    if (found === undefined) return refuse(404, `issue ${rest} of ${id} was never judged`);
    return ok(issueVerdictSchema.parse(found));
  },
  'GET /api/v1/workers': () => ok(workerListSchema.parse(list(WORKERS))),
  'GET /api/v1/approvals': (_asked, product) => ok(approvalListSchema.parse(list(product.approvals()))),
  'GET /api/v1/tasks': ({ query }, product) => {
    const wanted = query.get('workflowId');
    const tasks = product.tasks().filter(({ workflowId }) => wanted === null || workflowId === wanted);
    return ok(taskListSchema.parse(list(tasks)));
  },
  'GET /api/v1/events': ({ query }, product) => ok(eventListSchema.parse(eventsOf(query, product))),
  'GET /api/v1/workflows': ({ query }, product) => {
    const status = query.get('status');
    const found = product.workflows().filter((state) => status === null || state.status === status);
    return ok(workflowListSchema.parse(list(found)));
  },
  'GET /api/v1/workflows/:id': ({ id }, product) => {
    const state = product.workflow(id);
    return state === null ? noWorkflow(id) : ok(workflowStateSchema.parse(state));
  },
  'GET /api/v1/workflows/:id/explain': ({ id }, product) => {
    const state = product.workflow(id);
    return state === null ? noWorkflow(id) : ok(explanationSchema.parse(explanationOf(state)));
  },
  'GET /api/v1/workflows/:id/artifacts/:rest': ({ id, rest }, product) => {
    const artifact = product.workflow(id)?.artifacts.find(({ name }) => name === rest);
    if (artifact === undefined) return refuse(404, `there is no artifact "${rest}" of workflow "${id}"`);
    return ok(artifactViewSchema.parse({ ...artifact, text: '# Plan\n\n1. Add it.\n' }));
  },
  'POST /api/v1/workflows': ({ body }) => {
    const parsed = workflowRequestSchema.safeParse(body);
    if (!parsed.success) return refuse(400, 'wrong body');
    const { project, issue, override } = parsed.data;
    if (project !== 'demo') return noProject(project);
    if (issue === 2 && !override)
      return refuse(409, 'the rules of the project refuse issue #2', [
        { path: 'issue', message: 'it lacks the required label "tamma"' },
      ]);
    return { status: 201, body: workflowCreatedSchema.parse({ workflowId: `demo-${issue}.r1` }) };
  },
  ...Object.fromEntries(
    Object.entries(CONTROLS).flatMap(([verb, { schema, message }]) => [
      [
        `POST /api/v1/workflows/:id/${verb}`,
        (asked: Asked, product: FakeProduct) => control(asked, product, { schema, message }),
      ],
      [
        `POST /api/v1/tasks/:id/${verb}`,
        (asked: Asked, product: FakeProduct) =>
          control({ ...asked, id: workflowIdOfTask(asked.id) ?? '' }, product, { schema, message }),
      ],
    ]),
  ),
  'GET /api/v1/agents': ({ query }) => {
    const project = query.get('project');
    return ok(agentListSchema.parse(list(AGENTS.filter((one) => (project ?? one.project) === one.project))));
  },
  'GET /api/v1/budgets': ({ query }) => {
    const [level, id] = [query.get('level'), query.get('id')];
    const fits = BUDGETS.filter((one) => (level ?? one.level) === one.level && (id ?? one.id) === one.id);
    return ok(budgetListSchema.parse(list(fits)));
  },
  'POST /api/v1/budgets/:id': ({ id, body }) => {
    const request = budgetRaiseSchema.safeParse(body);
    if (id !== 'raise' || !request.success) return refuse(400, 'wrong body');
    const { level, byUsd, ...named } = request.data;
    const found = BUDGETS.find((one) => one.level === level && one.id === named.id);
    if (found === undefined) return refuse(404, `there is no ${level} "${named.id}" that goes on`);
    const limitUsd = (found.limitUsd ?? 0) + byUsd;
    return ok(budgetViewSchema.parse({ ...found, limitUsd, raisedUsd: found.raisedUsd + byUsd }));
  },
  'GET /api/v1/queues': () => ok(queueListSchema.parse(list(QUEUES))),
  'POST /api/v1/queues/:id/pause': (asked) => controlQueue('paused', asked),
  'POST /api/v1/queues/:id/resume': (asked) => controlQueue('resumed', asked),
  'GET /api/v1/tasks/:id': ({ id }, product) => {
    const task = product.tasks().find((one) => one.id === id);
    if (task === undefined) return refuse(404, `there is no task "${id}"`);
    const history = [{ type: 'TASK.DEQUEUED.SUCCESS', at: '2026-01-01T00:00:00.000Z', attempt: 1 }];
    return ok(taskDetailSchema.parse({ ...task, isTerminal: false, history }));
  },
  'POST /api/v1/tasks': ({ body }) => {
    const parsed = taskRequestSchema.safeParse(body);
    if (!parsed.success) return refuse(400, 'wrong body');
    if (parsed.data.payload.gate === 'magic')
      return refuse(422, 'the payload is not what the type needs', [
        { path: 'payload.gate', message: 'expected build, test or security' },
      ]);
    const workflowId = 'demo-task-abc.r1';
    const created = { taskId: `${workflowId}.quality-gate`, workflowId, success: true };
    return { status: 201, body: taskCreatedSchema.parse(created) };
  },
  'POST /api/v1/approvals/:id': ({ id, body }, product) => {
    const request = decisionRequestSchema.safeParse(body);
    if (!request.success) return refuse(400, 'wrong body');
    if (product.decided.has(id)) return refuse(409, `${id} is decided already: approve, by bob`);
    const approval = product.approvals().find((one) => one.id === id);
    if (approval === undefined) return refuse(404, `there is no approval "${id}"`);
    const { decision, comment } = request.data;
    product.decide(approval, decision, comment);
    const { workflowId } = approval;
    return ok(
      decisionResultSchema.parse({
        approvalId: id,
        workflowId,
        decision,
        by: 'ann',
        at: '2026-01-01T00:00:00.000Z',
      }),
    );
  },
};

interface Controls {
  readonly schema: z.ZodType;
  readonly message: string;
}

function control({ id, body }: Asked, product: FakeProduct, { schema, message }: Controls): Answered {
  if (!schema.safeParse(body).success) return refuse(400, 'wrong body');
  if (product.workflow(id) === null) return noWorkflow(id);
  return ok(controlResultSchema.parse({ workflowId: id, changed: true, message }));
}

function controlQueue(message: string, { id, body }: Asked): Answered {
  if (!controlRequestSchema.safeParse(body).success) return refuse(400, 'wrong body');
  return ok(queueControlResultSchema.parse({ queue: id, changed: message === 'paused', message }));
}

function eventsOf(query: URLSearchParams, product: FakeProduct) {
  const { workflowId, type, since = '0-0', limit = '100' } = Object.fromEntries(query);
  const items = product
    .after(since)
    .filter(({ event }) => workflowId === undefined || event.workflowId === workflowId)
    .filter(({ event }) => type === undefined || event.type === type)
    .slice(0, Number(limit));
  return { items, next: items.at(-1)?.offset ?? null };
}

function list<Item>(items: readonly Item[]) {
  return { items, next: null };
}

function ok(body: unknown): Answered {
  return { status: 200, body };
}

function isProject(id: string): boolean {
  return PROJECTS.some((project) => project.id === id);
}

function noProject(id: string): Answered {
  return refuse(404, `there is no project "${id}"`);
}

function noWorkflow(id: string): Answered {
  return refuse(404, `there is no workflow "${id}"`);
}

export function refuse(
  status: number,
  detail: string,
  errors?: readonly { readonly path: string; readonly message: string }[],
): Answered {
  return {
    status,
    body: { type: 'about:blank', title: 'Refused', status, detail, ...(errors && { errors }) },
  };
}
