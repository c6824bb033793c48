import { parseEvent, type RelayedEvent } from '@tamma/contracts';
import { type AnyEvent, describeEvent as describe, type EventType, type Wording } from '@tamma/domain';
import { printable } from './printable.ts';

const WORDING: Wording = {
  duration: (ms) => `${(ms / 1000).toFixed(1)} s`,
  moment: (iso) => iso,
  count: String,
  cost: (usd) => `$${usd.toFixed(2)}`,
};

/** What a person wants to read of a run that goes by; a type that is not here is not worth a line. */
const SHOWN: ReadonlySet<string> = new Set<EventType>([
  'ISSUE.READ.FAILED',
  'ISSUE.JUDGED.INELIGIBLE',
  'ISSUE.EDITED.SUCCESS',
  'ISSUE.REOPENED.SUCCESS',
  'COMMAND.OBEYED.SUCCESS',
  'COMMAND.REFUSED.SUCCESS',
  'WORKFLOW.STATE.CREATED',
  'TASK.DEQUEUED.SUCCESS',
  'TASK.PROGRESS.UPDATED',
  'TASK.COMPLETED.SUCCESS',
  'TASK.RETRY.SCHEDULED',
  'TASK.PARKED.SUCCESS',
  'TASK.INTERRUPTED.SUCCESS',
  'TASK.FAILED.PERMANENT',
  'GATE.RAN.SUCCESS',
  'GATE.RAN.FAILED',
  'BRANCH.REBASED.SUCCESS',
  'BRANCH.MOVED.SUCCESS',
  'COMMIT.CREATED.SUCCESS',
  'PR.OPENED.SUCCESS',
  'PR.READY.SUCCESS',
  'PR.CLOSED.SUCCESS',
  'PR.MERGED.SUCCESS',
  'CI.RAN.SUCCESS',
  'CI.RAN.FAILED',
  'REVIEW.ADDRESSED.SUCCESS',
  'APPROVAL.PROVIDED.SUCCESS',
  'QUESTION.ASKED.SUCCESS',
  'QUESTION.ANSWERED.SUCCESS',
  'ROUND.STARTED.SUCCESS',
  'ESCALATION.TRIGGERED.SUCCESS',
  'ESCALATION.RESOLVED.SUCCESS',
  'WORKFLOW.COMPLETED.SUCCESS',
  'WORKFLOW.CANCELLED.SUCCESS',
]);

/** One plain line, or null. */
export function describeEvent({ event: relayed }: RelayedEvent): string | null {
  const event = SHOWN.has(relayed.type) ? read(relayed) : null;
  if (event === null || isSaidByItsFact(event)) return null;
  const where = [event.workflowId, event.stepId].filter((part) => part !== undefined).join(' ');
  const sentence = printable(describe(event, WORDING));
  return `${event.at.slice(11, 19)} ${where === '' ? '' : `${where}: `}${sentence}`;
}

function read(event: RelayedEvent['event']): AnyEvent | null {
  try {
    return parseEvent(event);
  } catch {
    // What another version told is not worth a line of progress: the record has it.
    return null;
  }
}

/** A step that is all the way there tells what it made in a fact of its own. */
function isSaidByItsFact(event: AnyEvent): boolean {
  return event.type === 'TASK.PROGRESS.UPDATED' && event.data.percent === 100;
}
