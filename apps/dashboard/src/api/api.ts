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
  type GateTask,
  type Health,
  healthSchema,
  type ProjectView,
  projectListSchema,
  type QueueControlResult,
  type QueueView,
  queueControlResultSchema,
  queueListSchema,
  type RelayedEvent,
  type SessionView,
  sessionViewSchema,
  taskCreatedSchema,
  type WorkerView,
  workerListSchema,
  workflowCreatedSchema,
  workflowListSchema,
} from '@tamma/contracts';
import type { ArtifactName, Capability, OrderKind, WorkflowState, WorkflowStatus } from '@tamma/domain';
import type { z } from 'zod';
import type { Http } from './http.ts';

const ROOT = '/api/v1';
const WORKFLOWS_PER_PAGE = 100;
const PAGE_ITEMS = 500;
/** So that a list that has no end cannot keep the page busy. */
const PAGES_MAX = 20;

type DecisionResult = z.infer<typeof decisionResultSchema>;

/** What a person has a workflow do, and what its verb wants to know. */
export type Command =
  | { readonly verb: 'cancel' | 'suspend' | 'resume' | 'retry'; readonly reason: string }
  | { readonly verb: OrderKind; readonly step: string; readonly reason: string }
  | { readonly verb: 'priority'; readonly score: number; readonly reason: string };

export interface QueueCommand {
  readonly verb: 'pause' | 'resume';
  readonly queue: Capability | 'all';
  readonly reason: string;
}

interface WorkflowPage {
  readonly items: readonly WorkflowState[];
  /** What to ask for as `after`; null when there are no older ones. */
  readonly next: string | null;
}

/** What the page asks the orchestrator for. Whole lists are read to their end, up to 10,000 items. */
export interface Api {
  session(): Promise<SessionView>;
  signIn(token: string): Promise<SessionView>;
  signOut(): Promise<void>;
  /** Of issues and tasks on their own, the newest first. */
  workflows(filter: { status?: WorkflowStatus; after?: string }): Promise<WorkflowPage>;
  /** Events of one workflow that are on record, after that place in the log. */
  events(workflowId: string, since: string | null): Promise<readonly RelayedEvent[]>;
  explain(workflowId: string): Promise<Explanation>;
  artifact(workflowId: string, name: ArtifactName): Promise<ArtifactView>;
  approvals(): Promise<readonly ApprovalView[]>;
  decide(approvalId: string, request: DecisionRequest): Promise<DecisionResult>;
  control(workflowId: string, command: Command): Promise<ControlResult>;
  /** Has an issue worked on although the project's rules refuse it. */
  submit(project: string, issue: number): Promise<{ readonly workflowId: string }>;
  /** Runs one gate of a project on the head of a branch, as a task on its own. */
  runGate(task: GateTask): Promise<{ readonly workflowId: string }>;
  projects(): Promise<readonly ProjectView[]>;
  workers(): Promise<readonly WorkerView[]>;
  health(): Promise<Health>;
  queues(): Promise<readonly QueueView[]>;
  controlQueue(command: QueueCommand): Promise<QueueControlResult>;
  agents(): Promise<readonly AgentView[]>;
  budgets(): Promise<readonly BudgetView[]>;
  raiseBudget(request: BudgetRaise): Promise<BudgetView>;
}

export function createApi(http: Http): Api {
  const workflowPath = (id: string) => `${ROOT}/workflows/${encodeURIComponent(id)}`;
  return {
    session: () => http.get(`${ROOT}/session`, sessionViewSchema),
    signIn: (token) => http.post(`${ROOT}/session`, { token }, sessionViewSchema),
    signOut: () => http.delete(`${ROOT}/session`),
    workflows: ({ status = null, after = null }) => {
      const query = { limit: String(WORKFLOWS_PER_PAGE), kind: 'any', status, after };
      return http.get(withQuery(`${ROOT}/workflows`, query), workflowListSchema);
    },
    events: (workflowId, since) =>
      readPages((after) => {
        const query = { workflowId, limit: String(PAGE_ITEMS), since: after ?? since };
        return http.get(withQuery(`${ROOT}/events`, query), eventListSchema);
      }),
    explain: (id) => http.get(`${workflowPath(id)}/explain`, explanationSchema),
    artifact: (id, name) =>
      http.get(`${workflowPath(id)}/artifacts/${encodeURIComponent(name)}`, artifactViewSchema),
    approvals: () =>
      readPages((after) => {
        const query = { limit: String(PAGE_ITEMS), after };
        return http.get(withQuery(`${ROOT}/approvals`, query), approvalListSchema);
      }),
    decide: (id, request) =>
      http.post(`${ROOT}/approvals/${encodeURIComponent(id)}`, request, decisionResultSchema),
    control: (id, { verb, ...body }) => http.post(`${workflowPath(id)}/${verb}`, body, controlResultSchema),
    submit: (project, issue) =>
      http.post(`${ROOT}/workflows`, { project, issue, override: true }, workflowCreatedSchema),
    runGate: (payload) => http.post(`${ROOT}/tasks`, { type: 'quality_gate', payload }, taskCreatedSchema),
    projects: async () => (await http.get(`${ROOT}/projects`, projectListSchema)).items,
    workers: async () => (await http.get(`${ROOT}/workers`, workerListSchema)).items,
    health: () => http.getWhateverStatus('/health', healthSchema),
    queues: async () => (await http.get(`${ROOT}/queues`, queueListSchema)).items,
    controlQueue: ({ verb, queue, reason }) =>
      http.post(`${ROOT}/queues/${queue}/${verb}`, { reason }, queueControlResultSchema),
    agents: () =>
      readPages((after) => {
        const query = { limit: String(PAGE_ITEMS), after };
        return http.get(withQuery(`${ROOT}/agents`, query), agentListSchema);
      }),
    budgets: () =>
      readPages((after) => {
        const query = { limit: String(PAGE_ITEMS), after };
        return http.get(withQuery(`${ROOT}/budgets`, query), budgetListSchema);
      }),
    raiseBudget: (request) => http.post(`${ROOT}/budgets/raise`, request, budgetViewSchema),
  };
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Reads on while pages are full: an event list names its last place even when it has no more. */
async function readPages<Item>(
  read: (after: string | null) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page: Page<Item> = await read(after);
    items.push(...page.items);
    after = page.next;
    if (after === null || page.items.length < PAGE_ITEMS) return items;
  }
  return items;
}

function withQuery(path: string, query: Readonly<Record<string, string | null>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== null);
  return `${path}?${new URLSearchParams(given)}`;
}
