import { EVENT_DATA, isEventType, type RelayedEvent } from '@tamma/contracts';
import { type ErrorReport, type EventDataByType, type EventType, headlineOf } from '@tamma/domain';
import type { z } from 'zod';
import { formatClock, formatDuration, formatMoment, formatSecond } from '../terminal/moment.ts';
import type { Look } from '../terminal/output.ts';
import type { Color } from '../terminal/paint.ts';
import { oneLine } from '../terminal/printable.ts';

type Lines = { readonly [Type in EventType]?: (data: EventDataByType[Type]) => string };

/** What a person wants to read of each fact; one that is not here is not worth a line while watching. */
const LINES: Lines = {
  'ORCHESTRATOR.STARTED.SUCCESS': (data) => `orchestrator started on ${data.host}:${data.port}`,
  'ORCHESTRATOR.STARTED.FAILED': (data) => `orchestrator could not start: ${failure(data.error)}`,
  'ORCHESTRATOR.STOPPED.SUCCESS': (data) => `orchestrator stopped after ${formatDuration(data.uptimeMs)}`,
  'WORKER.REGISTERED.SUCCESS': (data) =>
    `worker ${data.workerId} is here for ${data.capabilities.join(', ')}`,
  'WORKER.UNREGISTERED.SUCCESS': (data) => `worker ${data.workerId} left`,
  'ISSUE.JUDGED.ELIGIBLE': (data) => `#${data.issue} ${data.title} is eligible (score ${data.score})`,
  'ISSUE.JUDGED.INELIGIBLE': (data) => `#${data.issue} not taken: ${data.reasons.join('; ')}`,
  'ISSUE.READ.FAILED': (data) => `cannot read ${data.source}: ${data.reason} (${data.remedy})`,
  'ISSUE.CLOSED.SUCCESS': (data) => `issue #${data.issue} closed`,
  'WORKFLOW.STATE.CREATED': (data) => `took ${headlineOf(data)} (score ${data.score})`,
  'WORKFLOW.STARTED.SUCCESS': (data) => `started with ${data.steps.length} steps`,
  'WORKFLOW.COMPLETED.SUCCESS': (data) => `workflow completed: ${RESULTS[data.result]}`,
  'WORKFLOW.FAILED.PERMANENT': (data) => `workflow failed: ${failure(data.error)}`,
  'WORKFLOW.CANCELLED.SUCCESS': (data) => `workflow cancelled: ${data.why}`,
  'PHASE.STARTED.SUCCESS': (data) => `phase ${data.phase}`,
  'TASK.DEQUEUED.SUCCESS': (data) => `started by ${data.workerId}`,
  'TASK.PROGRESS.UPDATED': (data) => progressLine(data.percent, data.message),
  'TASK.COMPLETED.SUCCESS': (data) => `done in ${formatDuration(data.durationMs)}`,
  'TASK.RETRY.SCHEDULED': (data) =>
    `tries again in ${formatDuration(data.retryDelayMs)}: ${failure(data.error)}`,
  'TASK.PARKED.SUCCESS': (data) => `waits for ${data.on} until ${formatMoment(data.until)}: ${data.why}`,
  'TASK.INTERRUPTED.SUCCESS': (data) => `handed back: ${data.why}`,
  'TASK.FAILED.PERMANENT': (data) => `failed: ${failure(data.error)}`,
  'ARTIFACT.WRITTEN.SUCCESS': (data) => `wrote ${data.name} (${data.bytes} bytes)`,
  'GATE.RAN.SUCCESS': (data) => `${data.gate} gate passed on ${shortHash(data.commit)}`,
  'GATE.RAN.FAILED': (data) => `${data.gate} gate failed on ${shortHash(data.commit)}: ${data.summary}`,
  'AI.RESPONSE.RECEIVED': (data) =>
    `the model answered in ${formatDuration(data.durationMs)} (${data.model})`,
  'AI.TOOL.CALLED': (data) => `${toolCall(data)}${data.ok ? '' : ' (failed)'}`,
  'RISK.ASSESSED.SUCCESS': (data) => `${data.risk} risk`,
  'BRANCH.CREATED.SUCCESS': (data) => `branch ${data.branch}`,
  'COMMIT.CREATED.SUCCESS': (data) => `commit ${shortHash(data.hash)} ${data.message.split('\n')[0] ?? ''}`,
  'PR.OPENED.SUCCESS': (data) => `pull request #${data.number} opened: ${data.url}`,
  'PR.MERGED.SUCCESS': (data) => `pull request #${data.number} merged as ${shortHash(data.mergeCommit)}`,
  'ROUND.STARTED.SUCCESS': (data) => `sent back, round ${data.round} (${data.kind}): ${data.why}`,
  'APPROVAL.REQUESTED.SUCCESS': (data) =>
    `asks a person to approve the ${data.kind} (${data.risk} risk): ${data.approvalId}`,
  'APPROVAL.PROVIDED.SUCCESS': (data) =>
    `${data.kind}: ${data.decision}${data.why === '' ? '' : `, ${data.why}`}`,
  'QUESTION.ASKED.SUCCESS': (data) => `asks: ${data.question} (${data.approvalId})`,
  'QUESTION.ANSWERED.SUCCESS': (data) => `answered: ${data.answer}`,
  'ESCALATION.TRIGGERED.SUCCESS': (data) => `a person is needed: ${failure(data.error)}`,
  'ESCALATION.RAISED.SUCCESS': (data) => `nobody answered, it concerns more people: level ${data.level}`,
  'ESCALATION.RESOLVED.SUCCESS': (data) =>
    `${RESOLUTIONS[data.decision]}${data.why === '' ? '' : `: ${data.why}`}`,
  'WORKFLOW.SUSPENDED.SUCCESS': (data) => `suspended: ${data.why}`,
  'WORKFLOW.RESUMED.SUCCESS': (data) => `resumed: ${data.why}`,
  'WORKFLOW.PRIORITIZED.SUCCESS': (data) => `priority is now ${data.score}: ${data.why}`,
  'TASK.SKIP.ORDERED': (data) => `is to be left out: ${data.why}`,
  'TASK.OVERRIDE.ORDERED': (data) => `is to pass as it is: ${data.why}`,
  'CALL.RETRY.SCHEDULED': (data) =>
    `asks ${data.service} again in ${formatDuration(data.retryDelayMs)} (${data.operation}): ${failure(data.error)}`,
  'CIRCUIT.OPENED.SUCCESS': (data) =>
    `${data.service} is not asked for ${data.operation} until ${formatMoment(data.until)}: ${data.why}`,
  'CIRCUIT.CLOSED.SUCCESS': (data) => `${data.service} answers ${data.operation} again`,
  'SERVICE.HELD.SUCCESS': (data) =>
    `${data.service} is left alone until ${formatMoment(data.until)}: ${data.why}`,
  'QUEUE.PAUSED.SUCCESS': (data) => `queue ${data.queue} paused: ${data.why}`,
  'QUEUE.RESUMED.SUCCESS': (data) => `queue ${data.queue} resumed: ${data.why}`,
  'WORKER.LOST.SUCCESS': (data) =>
    `worker ${data.workerId} was not heard of since ${formatMoment(data.seenAt)}`,
  'RECONCILIATION.REPAIRED.SUCCESS': (data) => `${data.difference}: ${data.repair}`,
};

const RESULTS = { merged: 'merged', 'no-change': 'no change was needed', done: 'done' } as const;
const RESOLUTIONS = { retry: 'tried again', override: 'let pass', skip: 'left out' } as const;

/** Facts that people should not miss in the flow of lines. */
const COLORS: Readonly<Partial<Record<EventType, Color>>> = {
  'WORKFLOW.COMPLETED.SUCCESS': 'green',
  'PR.MERGED.SUCCESS': 'green',
  'GATE.RAN.SUCCESS': 'green',
  'GATE.RAN.FAILED': 'red',
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
  const sentence = sentenceOf(event.type, event.data);
  if (sentence === null) return null;
  return `${paint('dim', formatClock(event.at))} ${placeOf(event)}${colored(event.type, sentence, paint)}`;
}

/** A line of `tamma events`: every fact has one. */
export function eventLine({ event }: RelayedEvent, { paint }: Look): string {
  const sentence = sentenceOf(event.type, event.data);
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
function sentenceOf(type: string, data: unknown): string | null {
  return isEventType(type) ? describe(type, data) : null;
}

function describe<Type extends EventType>(type: Type, data: unknown): string | null {
  const schema: z.ZodType<EventDataByType[Type]> = EVENT_DATA[type];
  const parsed = schema.safeParse(data);
  const line: Lines[Type] = LINES[type];
  return parsed.success && line !== undefined ? line(parsed.data) : null;
}

function failure({ message, remedy }: ErrorReport): string {
  return remedy === undefined ? message : `${message} (${remedy})`;
}

/** Summaries of most tools begin with the tool's name. */
function toolCall({ tool, summary }: EventDataByType['AI.TOOL.CALLED']): string {
  return summary.startsWith(tool) ? summary : `${tool} ${summary}`;
}

function shortHash(hash: string): string {
  return hash.slice(0, 7);
}
