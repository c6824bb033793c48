import type { AnyEvent, EventType } from '@tamma/domain';
import { type FindDeps, readTail } from './find-workflow.ts';
import { isBefore, type Order, type SpokenOrder } from './spoken-order.ts';

/** The fact that each command leaves behind when it was carried out. */
const FACTS: Readonly<Record<Order['kind'], EventType>> = {
  approve: 'APPROVAL.PROVIDED.SUCCESS',
  reject: 'APPROVAL.PROVIDED.SUCCESS',
  edit: 'APPROVAL.PROVIDED.SUCCESS',
  answer: 'QUESTION.ANSWERED.SUCCESS',
  retry: 'ESCALATION.RESOLVED.SUCCESS',
  cancel: 'WORKFLOW.CANCELLED.SUCCESS',
  suspend: 'WORKFLOW.SUSPENDED.SUCCESS',
  resume: 'WORKFLOW.RESUMED.SUCCESS',
  priority: 'WORKFLOW.PRIORITIZED.SUCCESS',
};
/** A person says some ten things about a workflow at most. */
const EVENTS_MAX = 1000;

/** Whether a command that was cut off had done its work by then: the fact is there, by this person, since it was written. */
export async function wasCarriedOut(
  deps: FindDeps,
  workflowId: string,
  { command, by, at }: SpokenOrder,
): Promise<boolean> {
  const type = FACTS[command.kind];
  const { offset } = await deps.reader.readSnapshot(workflowId);
  const recorded = await deps.reader.listEvents({ workflowId, types: [type], limit: EVENTS_MAX });
  const tail = await readTail(deps.eventLog, offset);
  const isTrace = ({ event }: { readonly event: AnyEvent }) =>
    event.workflowId === workflowId &&
    event.type === type &&
    event.actor.id === by &&
    !isBefore(event.at, at) &&
    isSameWord(event, command);
  return [...recorded, ...tail].some(isTrace);
}

function isSameWord(event: AnyEvent, { kind }: Order): boolean {
  return event.type !== 'APPROVAL.PROVIDED.SUCCESS' || event.data.decision === kind;
}
