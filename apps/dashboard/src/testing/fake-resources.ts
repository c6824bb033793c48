import {
  approvalListSchema,
  artifactViewSchema,
  decisionRequestSchema,
  decisionResultSchema,
  eventListSchema,
  explanationSchema,
  projectListSchema,
  workerListSchema,
  workflowListSchema,
} from '@tamma/contracts';
import { escalationLevelName, explainWorkflow, type WorkflowState } from '@tamma/domain';
import { type Answer, ok, problem } from './fake-answer.ts';
import { approvalOf, type Decision, decisionEvent } from './fake-approvals.ts';
import type { FakeLog } from './fake-log.ts';
import type { FakeWorld } from './fake-world.ts';
import type { People } from './people.ts';

export interface FakeApiDeps {
  readonly log: FakeLog;
  readonly people: People;
  readonly world: FakeWorld;
  /** Decisions by approval; the first one stands. */
  readonly decisions: Map<string, Decision>;
}

/** A request that was let in. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly deps: FakeApiDeps;
  readonly name: string;
  /** What the path's placeholders stand for. */
  readonly params: readonly string[];
}

export function listWorkflows({ query, deps }: Asked): Answer {
  const status = query.get('status');
  const limit = Number(query.get('limit'));
  const after = Number(query.get('after') ?? 0);
  const all = deps.log
    .states()
    .filter((state) => status === null || state.status === status)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  const items = all.slice(after, after + limit);
  return ok(workflowListSchema, { items, next: after + limit < all.length ? String(after + limit) : null });
}

export function listEvents({ query, deps }: Asked): Answer {
  const since = query.get('since');
  const own = deps.log.recorded(query.get('workflowId') ?? '');
  const later = since === null ? own : own.slice(own.findIndex(({ offset }) => offset === since) + 1);
  const items = later.slice(0, Number(query.get('limit')));
  return ok(eventListSchema, { items, next: items.at(-1)?.offset ?? null });
}

export function explain({ params: [id = ''], deps }: Asked): Answer {
  const state = find(deps, id);
  if (state === undefined) return problem(404, `there is no workflow "${id}"`);
  const { queued, movers, ...explained } = explainWorkflow(state);
  const { status, phase, currentStep, waitingFor, escalation: open } = state;
  const escalation = open === null ? null : { ...open, name: escalationLevelName(open.level) };
  const blockedBy = deps.world.blockers.get(id) ?? [];
  const queue = queued === null ? null : { capability: queued.capability, position: 1 };
  const about = { workflowId: id, status, phase, currentStep, waitingFor };
  return ok(explanationSchema, { ...about, ...explained, movers: [...movers], queue, escalation, blockedBy });
}

export function readArtifact({ params: [id = '', name = ''], deps }: Asked): Answer {
  const reference = find(deps, id)?.artifacts.find((one) => one.name === name);
  const body = deps.world.artifacts.get(`${id} ${name}`);
  if (reference === undefined || body === undefined)
    return problem(404, `workflow ${id} has no artifact "${name}"`);
  return ok(artifactViewSchema, { ...reference, text: body });
}

export function listApprovals({ deps }: Asked): Answer {
  return ok(approvalListSchema, { items: approvals(deps), next: null });
}

function approvals(deps: FakeApiDeps) {
  return deps.log.states().flatMap((state) => approvalOf(state) ?? []);
}

export function decide({ params: [id = ''], body, deps, name }: Asked): Answer {
  const parsed = decisionRequestSchema.safeParse(body);
  if (!parsed.success) return problem(400, 'the decision cannot be read');
  const earlier = deps.decisions.get(id);
  if (earlier !== undefined) {
    return problem(
      409,
      `${earlier.by} decided "${earlier.decision}" at ${earlier.at}; the first decision stands`,
    );
  }
  const approval = approvals(deps).find((one) => one.id === id);
  if (approval === undefined) return problem(404, `nothing waits for a person under the id "${id}"`);
  const decision = { approval, ...parsed.data, by: name, at: new Date().toISOString() };
  deps.decisions.set(id, decision);
  deps.log.tell(decisionEvent(decision));
  const { workflowId } = approval;
  return ok(decisionResultSchema, {
    approvalId: id,
    workflowId,
    decision: decision.decision,
    by: name,
    at: decision.at,
  });
}

export function listProjects({ deps }: Asked): Answer {
  return ok(projectListSchema, { items: deps.world.projects, next: null });
}

export function listWorkers({ deps }: Asked): Answer {
  return ok(workerListSchema, { items: deps.world.workers, next: null });
}

export function find({ log }: FakeApiDeps, id: string): WorkflowState | undefined {
  return log.states().find((state) => state.id === id);
}
