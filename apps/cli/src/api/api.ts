import {
  type AgentView,
  type ApprovalView,
  type ArtifactView,
  agentListSchema,
  approvalListSchema,
  artifactViewSchema,
  type BudgetRaise,
  type BudgetView,
  budgetListSchema,
  budgetViewSchema,
  type ControlResult,
  controlResultSchema,
  type DecisionRequest,
  decisionResultSchema,
  type Explanation,
  eventListSchema,
  explanationSchema,
  type Health,
  healthSchema,
  issueVerdictListSchema,
  issueVerdictSchema,
  type ProjectView,
  projectListSchema,
  type QueueControlResult,
  type QueueView,
  queueControlResultSchema,
  queueListSchema,
  type RelayedEvent,
  type SessionView,
  sessionViewSchema,
  type TaskDetail,
  type TaskRequest,
  type TaskView,
  taskCreatedSchema,
  taskDetailSchema,
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
export type IssueVerdict = z.infer<typeof issueVerdictSchema>;
export type TaskCreated = z.infer<typeof taskCreatedSchema>;
/** What people have a workflow, or a task of it, do. */
export type ControlVerb = 'cancel' | 'suspend' | 'resume' | 'retry' | 'override' | 'skip' | 'priority';
interface Controlled {
  readonly kind: 'workflows' | 'tasks';
  readonly id: string;
}
export type WorkflowCreated = z.infer<typeof workflowCreatedSchema>;
/** Parameters of a list; what is undefined is not sent. */
type Query = Readonly<Record<string, string | number | undefined>>;

/** The routes of `/api/v1`, and `/health`. Every failure is a CliError. */
export interface Api {
  health(): Promise<Reply<Health>>;
  /** Who we are to the server. Not asked again while it is away. */
  session(): Promise<Reply<SessionView>>;
  projects(): Promise<Reply<List<ProjectView>>>;
  issues(project: string, query: Query): Promise<Reply<List<IssueVerdict>>>;
  issue(project: string, number: number): Promise<Reply<IssueVerdict>>;
  workflows(query: Query): Promise<Reply<List<WorkflowState>>>;
  workflow(id: string): Promise<Reply<WorkflowState>>;
  explain(id: string): Promise<Reply<Explanation>>;
  artifact(id: string, name: ArtifactName): Promise<Reply<ArtifactView>>;
  submit(request: WorkflowRequest): Promise<Reply<WorkflowCreated>>;
  control(about: Controlled, verb: ControlVerb, request: object): Promise<Reply<ControlResult>>;
  approvals(query: Query): Promise<Reply<List<ApprovalView>>>;
  decide(id: string, request: DecisionRequest): Promise<Reply<DecisionResult>>;
  tasks(query: Query): Promise<Reply<List<TaskView>>>;
  task(id: string): Promise<Reply<TaskDetail>>;
  submitTask(request: TaskRequest): Promise<Reply<TaskCreated>>;
  queues(): Promise<Reply<List<QueueView>>>;
  controlQueue(queue: string, verb: 'pause' | 'resume', reason: string): Promise<Reply<QueueControlResult>>;
  workers(): Promise<Reply<List<WorkerView>>>;
  agents(query: Query): Promise<Reply<List<AgentView>>>;
  budgets(query: Query): Promise<Reply<List<BudgetView>>>;
  raiseBudget(request: BudgetRaise): Promise<Reply<BudgetView>>;
  events(query: Query): Promise<Reply<List<RelayedEvent>>>;
}

const V1 = '/api/v1';
/** The longest page the server makes; nobody has more projects or workers. */
const ALL: Query = { limit: 1000 };
const WORKFLOWS = `${V1}/workflows`;
const TASKS = `${V1}/tasks`;

export function createApi(http: Http): Api {
  return {
    health: () => http.get({ path: '/health', schema: healthSchema, answers: [503] }),
    session: () => http.get({ path: `${V1}/session`, schema: sessionViewSchema, retriesMax: 0 }),
    projects: () => http.get({ path: withQuery(`${V1}/projects`, ALL), schema: projectListSchema }),
    issues: (project, query) =>
      http.get({ path: withQuery(issuesPath(project), query), schema: issueVerdictListSchema }),
    issue: (project, number) =>
      http.get({ path: `${issuesPath(project)}/${number}`, schema: issueVerdictSchema }),
    workflows: (query) => http.get({ path: withQuery(WORKFLOWS, query), schema: workflowListSchema }),
    workflow: (id) => http.get({ path: workflowPath(id), schema: workflowStateSchema }),
    explain: (id) => http.get({ path: `${workflowPath(id)}/explain`, schema: explanationSchema }),
    artifact: (id, name) =>
      http.get({
        path: `${workflowPath(id)}/artifacts/${encodeURIComponent(name)}`,
        schema: artifactViewSchema,
      }),
    submit: (body) => http.post({ path: WORKFLOWS, body, schema: workflowCreatedSchema }),
    control: ({ kind, id }, verb, body) =>
      http.post({
        path: `${V1}/${kind}/${encodeURIComponent(id)}/${verb}`,
        body,
        schema: controlResultSchema,
      }),
    approvals: (query) => http.get({ path: withQuery(`${V1}/approvals`, query), schema: approvalListSchema }),
    decide: (id, body) =>
      http.post({ path: `${V1}/approvals/${encodeURIComponent(id)}`, body, schema: decisionResultSchema }),
    tasks: (query) => http.get({ path: withQuery(TASKS, query), schema: taskListSchema }),
    task: (id) => http.get({ path: `${TASKS}/${encodeURIComponent(id)}`, schema: taskDetailSchema }),
    submitTask: (body) => http.post({ path: TASKS, body, schema: taskCreatedSchema }),
    queues: () => http.get({ path: `${V1}/queues`, schema: queueListSchema }),
    controlQueue: (queue, verb, reason) =>
      http.post({
        path: `${V1}/queues/${queue}/${verb}`,
        body: { reason },
        schema: queueControlResultSchema,
      }),
    workers: () => http.get({ path: withQuery(`${V1}/workers`, ALL), schema: workerListSchema }),
    agents: (query) =>
      http.get({ path: withQuery(`${V1}/agents`, { ...ALL, ...query }), schema: agentListSchema }),
    budgets: (query) =>
      http.get({ path: withQuery(`${V1}/budgets`, { ...ALL, ...query }), schema: budgetListSchema }),
    raiseBudget: (body) => http.post({ path: `${V1}/budgets/raise`, body, schema: budgetViewSchema }),
    events: (query) => http.get({ path: withQuery(`${V1}/events`, query), schema: eventListSchema }),
  };
}

function issuesPath(project: string): string {
  return `${V1}/projects/${encodeURIComponent(project)}/issues`;
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
