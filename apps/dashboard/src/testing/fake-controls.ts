import {
  controlRequestSchema,
  controlResultSchema,
  orderRequestSchema,
  priorityRequestSchema,
  type QueueView,
  queueControlResultSchema,
  queueListSchema,
} from '@tamma/contracts';
import { type EventType, type Fact, hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import { type Answer, ok, problem } from './fake-answer.ts';
import { approvalOf } from './fake-approvals.ts';
import { type Asked, find } from './fake-resources.ts';

const DAY_MS = 24 * 3600 * 1000;

/** What a person has a whole workflow do, or one step of it. */
export function control(asked: Asked): Answer {
  const { params, body, deps } = asked;
  const [id = '', verb = ''] = params;
  const state = find(deps, id);
  if (!controlRequestSchema.loose().safeParse(body).success) return problem(400, 'the reason is missing');
  if (state === undefined) return problem(404, `there is no workflow "${id}"`);
  const answer = (changed: boolean, message: string) =>
    ok(controlResultSchema, { workflowId: id, changed, message });
  if (hasWorkflowEnded(state.status)) return answer(false, `it is ${state.status} already`);
  const facts = factsOf(verb, state, body);
  if (facts === null) return problem(409, `workflow ${id} cannot be changed: not by ${verb}`);
  for (const fact of facts) tell(asked, { ...fact, workflowId: id });
  return facts.length === 0 ? answer(false, 'it was so already') : answer(true, `done: ${verb}`);
}

export type Told = Fact & { readonly stepId?: string; readonly workflowId?: string };

/** Nothing when it is so already; null when it cannot be done. */
function factsOf(verb: string, state: WorkflowState, body: unknown): readonly Told[] | null {
  const { reason: why } = controlRequestSchema.loose().parse(body);
  switch (verb) {
    case 'cancel':
      return [{ type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why } }];
    case 'retry':
      return [resolved('retry', why, approvalOf(state)?.stepId ?? '')];
    case 'suspend': {
      const until = new Date(Date.now() + 30 * DAY_MS).toISOString();
      return state.suspended === null ? [{ type: 'WORKFLOW.SUSPENDED.SUCCESS', data: { why, until } }] : [];
    }
    case 'resume':
      return state.suspended === null ? [] : [{ type: 'WORKFLOW.RESUMED.SUCCESS', data: { why } }];
    case 'priority': {
      const { score } = priorityRequestSchema.parse(body);
      return score === state.score ? [] : [{ type: 'WORKFLOW.PRIORITIZED.SUCCESS', data: { score, why } }];
    }
    case 'skip':
    case 'override':
      return order(verb, state, orderRequestSchema.parse(body));
    default:
      return null;
  }
}

interface Order {
  readonly step: string;
  readonly reason: string;
}

function order(kind: 'skip' | 'override', state: WorkflowState, { step, reason }: Order): Told[] | null {
  const found = state.steps.find(({ id }) => id === step);
  if (found === undefined || !found.allow.includes(kind)) return null;
  if (kind === 'override' && found.status !== 'failed') return null;
  const type = kind === 'skip' ? 'TASK.SKIP.ORDERED' : 'TASK.OVERRIDE.ORDERED';
  const ordered: Told = { type, data: { why: reason }, stepId: step };
  return found.status === 'failed' ? [ordered, resolved(kind, reason, step)] : [ordered];
}

function resolved(decision: 'retry' | 'skip' | 'override', why: string, stepId: string): Told {
  return { type: 'ESCALATION.RESOLVED.SUCCESS', data: { decision, why }, stepId };
}

let told = 0;

export function tell({ deps, name }: Asked, fact: Told): void {
  told += 1;
  deps.log.tell({
    ...fact,
    id: `control.${told}`,
    at: new Date().toISOString(),
    actor: { kind: 'human', id: name },
    tags: {},
    metadata: { schemaVersion: 1, source: 'test' },
  });
}

export function listQueues({ deps }: Asked): Answer {
  return ok(queueListSchema, { items: deps.world.queues, next: null });
}

export function controlQueue(asked: Asked): Answer {
  const { params, body, deps, name } = asked;
  const [queue = '', verb = ''] = params;
  const { reason: why } = controlRequestSchema.parse(body);
  const since = new Date().toISOString();
  const paused = verb === 'pause' ? { by: name, why, since } : null;
  const isMeant = (one: QueueView) => queue === 'all' || one.queue === queue;
  const isNews = (one: QueueView) => isMeant(one) && (one.paused === null) !== (paused === null);
  const changed = deps.world.queues.some(isNews);
  deps.world.queues = deps.world.queues.map((one) => (isNews(one) ? { ...one, paused } : one));
  const type: EventType = verb === 'pause' ? 'QUEUE.PAUSED.SUCCESS' : 'QUEUE.RESUMED.SUCCESS';
  const message = changed ? `done: ${verb}` : 'it was so already';
  const answer = ok(queueControlResultSchema, { queue, changed, message });
  const named = queueControlResultSchema.shape.queue.parse(queue);
  if (changed) tell(asked, { type, data: { queue: named, why } });
  return answer;
}
