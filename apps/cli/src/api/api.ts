import {
  type ApprovalView,
  type ArtifactView,
  approvalListSchema,
  artifactViewSchema,
  type ControlResult,
  controlResultSchema,
  type DecisionRequest,
  decisionResultSchema,
  type Explanation,
  eventListSchema,
  explanationSchema,
  type Health,
  healthSchema,
  type ProjectView,
  projectListSchema,
  type RelayedEvent,
  type SessionView,
  sessionViewSchema,
  type TaskView,
  taskListSchema,
  type WorkerView,
  type WorkflowRequest,
  workerListSchema,
  workflowCreatedSchema,
  workflowListSchema,
  workflowStateSchema,
} from '@tamma/contracts';
import type { ArtifactName, WorkflowState } from '@tamma/domain';
import type { z } from 'zod';
import type { Http } from './http.ts';
import type { Reply } from './reply.ts';

export interface List<Item> {
  readonly items: readonly Item[];
  /** What to ask for next; null on the last page. */
  readonly next: string | null;
}
export type DecisionResult = z.infer<typeof decisionResultSchema>;
export type WorkflowCreated = z.infer<typeof workflowCreatedSchema>;
/** Parameters of a list; what is undefined is not sent. */
type Query = Readonly<Record<string, string | number | undefined>>;

/** The routes of `/api/v1`, and `/health`. Every failure is a CliError. */
export interface Api {
  health(): Promise<Reply<Health>>;
  /** Who we are to the server. Not asked again while it is away. */
  session(): Promise<Reply<SessionView>>;
  projects(): Promise<Reply<List<ProjectView>>>;
  workflows(query: Query): Promise<Reply<List<WorkflowState>>>;
  workflow(id: string): Promise<Reply<WorkflowState>>;
  explain(id: string): Promise<Reply<Explanation>>;
  artifact(id: string, name: ArtifactName): Promise<Reply<ArtifactView>>;
  submit(request: WorkflowRequest): Promise<Reply<WorkflowCreated>>;
  control(id: string, verb: 'cancel' | 'retry', reason: string): Promise<Reply<ControlResult>>;
  approvals(query: Query): Promise<Reply<List<ApprovalView>>>;
  decide(id: string, request: DecisionRequest): Promise<Reply<DecisionResult>>;
  tasks(query: Query): Promise<Reply<List<TaskView>>>;
  workers(): Promise<Reply<List<WorkerView>>>;
  events(query: Query): Promise<Reply<List<RelayedEvent>>>;
}

const V1 = '/api/v1';
/** The longest page the server makes; nobody has more projects or workers. */
const ALL: Query = { limit: 1000 };
const WORKFLOWS = `${V1}/workflows`;

export function createApi(http: Http): Api {
  return {
    health: () => http.get({ path: '/health', schema: healthSchema, answers: [503] }),
    session: () => http.get({ path: `${V1}/session`, schema: sessionViewSchema, retriesMax: 0 }),
    projects: () => http.get({ path: withQuery(`${V1}/projects`, ALL), schema: projectListSchema }),
    workflows: (query) => http.get({ path: withQuery(WORKFLOWS, query), schema: workflowListSchema }),
    workflow: (id) => http.get({ path: workflowPath(id), schema: workflowStateSchema }),
    explain: (id) => http.get({ path: `${workflowPath(id)}/explain`, schema: explanationSchema }),
    artifact: (id, name) =>
      http.get({
        path: `${workflowPath(id)}/artifacts/${encodeURIComponent(name)}`,
        schema: artifactViewSchema,
      }),
    submit: (body) => http.post({ path: WORKFLOWS, body, schema: workflowCreatedSchema }),
    control: (id, verb, reason) =>
      http.post({ path: `${workflowPath(id)}/${verb}`, body: { reason }, schema: controlResultSchema }),
    approvals: (query) => http.get({ path: withQuery(`${V1}/approvals`, query), schema: approvalListSchema }),
    decide: (id, body) =>
      http.post({ path: `${V1}/approvals/${encodeURIComponent(id)}`, body, schema: decisionResultSchema }),
    tasks: (query) => http.get({ path: withQuery(`${V1}/tasks`, query), schema: taskListSchema }),
    workers: () => http.get({ path: withQuery(`${V1}/workers`, ALL), schema: workerListSchema }),
    events: (query) => http.get({ path: withQuery(`${V1}/events`, query), schema: eventListSchema }),
  };
}

function workflowPath(id: string): string {
  return `${WORKFLOWS}/${encodeURIComponent(id)}`;
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}
