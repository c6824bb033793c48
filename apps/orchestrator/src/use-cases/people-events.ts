import type { AnyEvent, EventType, PendingApproval, StoredDecision } from '@tamma/domain';
import { orchestratorEvent } from './facts.ts';
import { type FindDeps, readTail } from './find-workflow.ts';

/** What people were asked, and what they said. */
const TYPES: readonly EventType[] = [
  'APPROVAL.REQUESTED.SUCCESS',
  'QUESTION.ASKED.SUCCESS',
  'APPROVAL.PROVIDED.SUCCESS',
  'QUESTION.ANSWERED.SUCCESS',
];
/** A workflow asks some ten times at most. */
const EVENTS_MAX = 1000;

/** All that people were asked about a workflow, and what they said, oldest first. */
export async function readPeopleEvents(deps: FindDeps, workflowId: string): Promise<readonly AnyEvent[]> {
  const { offset } = await deps.reader.readSnapshot(workflowId);
  const recorded = await deps.reader.listEvents({ workflowId, types: TYPES, limit: EVENTS_MAX });
  const tail = await readTail(deps.eventLog, offset);
  const ours = tail.filter(({ event }) => event.workflowId === workflowId && TYPES.includes(event.type));
  return [...recorded, ...ours].map(({ event }) => event);
}

/** The same decision told twice is one fact; a later question has an id of its own. */
export function decidedEvent(
  workflowId: string,
  { taskId, stepId }: Pick<PendingApproval, 'taskId' | 'stepId'>,
  decision: StoredDecision,
): AnyEvent {
  const about = { workflowId, task: { taskId, stepId }, nowMs: Date.parse(decision.at), person: decision.by };
  return orchestratorEvent(`${decision.approvalId}.decided`, factOf(decision), about);
}

function factOf({ approvalId, kind, decision, comment, subject }: StoredDecision) {
  if (kind === 'question' || decision === 'answer') {
    return { type: 'QUESTION.ANSWERED.SUCCESS', data: { approvalId, answer: comment } } as const;
  }
  const data = { approvalId, kind, decision, why: comment, subject: subject ?? '' };
  return { type: 'APPROVAL.PROVIDED.SUCCESS', data } as const;
}

/** The task that asked for this very approval; null when the event is about something else. */
export function askerIn(event: AnyEvent, approvalId: string): { taskId: string; stepId: string } | null {
  if (event.type !== 'APPROVAL.REQUESTED.SUCCESS' && event.type !== 'QUESTION.ASKED.SUCCESS') return null;
  if (event.data.approvalId !== approvalId) return null;
  return { taskId: event.taskId ?? '', stepId: event.stepId ?? '' };
}

/** What a person decided, read back from its event; null for any other event. */
export function decisionIn(event: AnyEvent): StoredDecision | null {
  const common = { by: event.actor.id, at: event.at };
  if (event.type === 'QUESTION.ANSWERED.SUCCESS') {
    const { approvalId, answer: comment } = event.data;
    return { ...common, approvalId, comment, kind: 'question', decision: 'answer', subject: null };
  }
  if (event.type !== 'APPROVAL.PROVIDED.SUCCESS' || event.data.approvalId === null) return null;
  const { approvalId, kind, decision, why: comment, subject } = event.data;
  return { ...common, approvalId, comment, kind, decision, subject };
}
