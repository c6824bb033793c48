import { isEventType, parseEvent, type RelayedEvent } from '@tamma/contracts';
import { type AnyEvent, describeEvent, type EventType, type Wording } from '@tamma/domain';
import { formatClock, formatDuration, formatMoment, formatSecond } from '../terminal/moment.ts';
import type { Look } from '../terminal/output.ts';
import type { Color } from '../terminal/paint.ts';
import { oneLine } from '../terminal/printable.ts';

const WORDING: Wording = {
  duration: formatDuration,
  moment: formatMoment,
  count: String,
  cost: (usd) => `$${usd.toFixed(2)}`,
};

/** What nobody needs to see go by. */
const QUIET: ReadonlySet<string> = new Set<EventType>([
  'ORCHESTRATOR.STARTUP.COMPLETE',
  'ORCHESTRATOR.STARTUP.FAILED',
  'ORCHESTRATOR.SHUTDOWN.COMPLETE',
  'SESSION.STARTED.SUCCESS',
  'SESSION.ENDED.SUCCESS',
  'PHASE.COMPLETED.SUCCESS',
  'TASK.ENQUEUED.SUCCESS',
]);

/** Facts that people should not miss in the flow of lines. */
const COLORS: Readonly<Partial<Record<EventType, Color>>> = {
  'WORKFLOW.COMPLETED.SUCCESS': 'green',
  'PR.MERGED.SUCCESS': 'green',
  'GATE.RAN.SUCCESS': 'green',
  'GATE.RAN.FAILED': 'red',
  'CI.RAN.SUCCESS': 'green',
  'CI.RAN.FAILED': 'red',
  'PR.CLOSED.SUCCESS': 'yellow',
  'BRANCH.MOVED.SUCCESS': 'yellow',
  'ISSUE.EDITED.SUCCESS': 'yellow',
  'ISSUE.REOPENED.SUCCESS': 'yellow',
  'COMMAND.REFUSED.SUCCESS': 'yellow',
  'TASK.FAILED.PERMANENT': 'red',
  'WORKFLOW.FAILED.PERMANENT': 'red',
  'WORKFLOW.CANCELLED.SUCCESS': 'red',
  'ESCALATION.TRIGGERED.SUCCESS': 'yellow',
  'ESCALATION.RAISED.SUCCESS': 'red',
  'WORKFLOW.SUSPENDED.SUCCESS': 'yellow',
  'CIRCUIT.OPENED.SUCCESS': 'red',
  'SERVICE.HELD.SUCCESS': 'yellow',
  'QUEUE.PAUSED.SUCCESS': 'yellow',
  'WORKER.LOST.SUCCESS': 'yellow',
  'APPROVAL.REQUESTED.SUCCESS': 'yellow',
  'QUESTION.ASKED.SUCCESS': 'yellow',
};

/** A line of `tamma watch`: the time, where, and a sentence. None for what nobody needs to see go by. */
export function watchLine({ event }: RelayedEvent, { paint }: Look): string | null {
  const sentence = QUIET.has(event.type) ? null : sentenceOf(event);
  if (sentence === null) return null;
  return `${paint('dim', formatClock(event.at))} ${placeOf(event)}${colored(event.type, sentence, paint)}`;
}

/** A line of `tamma events`: every fact has one. */
export function eventLine({ event }: RelayedEvent, { paint }: Look): string {
  const sentence = sentenceOf(event);
  const head = `${paint('dim', formatSecond(event.at))} ${event.type} ${placeOf(event)}`;
  return sentence === null ? head.replace(/:? $/, '') : head + colored(event.type, sentence, paint);
}

/** How far a step is. */
export function progressLine(percent: number, message: string): string {
  return `${message} (${Math.round(percent)} %)`;
}

function colored(type: string, sentence: string, paint: Look['paint']): string {
  const color = isEventType(type) ? COLORS[type] : undefined;
  const text = oneLine(sentence);
  return color === undefined ? text : paint(color, text);
}

function placeOf({ workflowId, stepId }: RelayedEvent['event']): string {
  const parts = [workflowId, stepId].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `${parts.join(' ')}: `;
}

/** Null for types that are newer than this command, and for data that are not as their type says. */
function sentenceOf(event: RelayedEvent['event']): string | null {
  const known = read(event);
  return known === null ? null : describeEvent(known, WORDING) + typedLater(known);
}

function read(event: RelayedEvent['event']): AnyEvent | null {
  try {
    return parseEvent(event);
  } catch {
    // It is still shown, by its name.
    return null;
  }
}

/** What the next command needs: an id to decide with, an address to open. */
function typedLater(event: AnyEvent): string {
  switch (event.type) {
    case 'APPROVAL.REQUESTED.SUCCESS':
    case 'QUESTION.ASKED.SUCCESS':
      return ` (${event.data.approvalId})`;
    case 'PR.OPENED.SUCCESS':
      return `: ${event.data.url}`;
    default:
      return '';
  }
}
