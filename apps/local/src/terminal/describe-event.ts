import type { RelayedEvent } from '@tamma/contracts';
import { printable } from './printable.ts';

type Data = Readonly<Record<string, unknown>>;

/** What a person wants to read of each fact; a type that is not here is not worth a line. */
const LINES: Readonly<Record<string, (data: Data) => string>> = {
  'ISSUE.READ.FAILED': (data) => `cannot read ${data.source}: ${data.reason} (${data.remedy})`,
  'ISSUE.JUDGED.INELIGIBLE': (data) => `#${data.issue} not taken: ${list(data.reasons)}`,
  'WORKFLOW.STATE.CREATED': (data) => `took #${data.issue} ${data.title} (score ${data.score})`,
  'TASK.DEQUEUED.SUCCESS': () => 'started',
  'TASK.PROGRESS.UPDATED': (data) => `${data.message}`,
  'TASK.COMPLETED.SUCCESS': (data) => `done in ${(Number(data.durationMs) / 1000).toFixed(1)} s`,
  'TASK.RETRY.SCHEDULED': (data) => `tries again: ${messageOf(data.error)}`,
  'TASK.PARKED.SUCCESS': (data) => `waits for ${data.on} until ${data.until}: ${data.why}`,
  'TASK.INTERRUPTED.SUCCESS': (data) => `${data.why}`,
  'TASK.FAILED.PERMANENT': (data) => `failed: ${messageOf(data.error)}`,
  'GATE.RAN.SUCCESS': (data) => `${data.gate} gate passed on ${short(data.commit)}`,
  'GATE.RAN.FAILED': (data) => `${data.gate} gate failed on ${short(data.commit)}: ${data.summary}`,
  'COMMIT.CREATED.SUCCESS': (data) => `commit ${short(data.hash)} ${firstLine(data.message)}`,
  'PR.OPENED.SUCCESS': (data) => `pull request #${data.number} opened`,
  'PR.MERGED.SUCCESS': (data) => `pull request #${data.number} merged as ${short(data.mergeCommit)}`,
  'APPROVAL.PROVIDED.SUCCESS': (data) => `${data.kind}: ${data.decision}${reasonOf(data.why)}`,
  'QUESTION.ASKED.SUCCESS': (data) => `asks: ${firstLine(data.question)}`,
  'QUESTION.ANSWERED.SUCCESS': (data) => `answered: ${firstLine(data.answer)}`,
  'ROUND.STARTED.SUCCESS': (data) => `sent back (round ${data.round}): ${data.why}`,
  'ESCALATION.RESOLVED.SUCCESS': (data) => `tried again${reasonOf(data.why)}`,
  'WORKFLOW.COMPLETED.SUCCESS': () => 'workflow completed',
  'WORKFLOW.CANCELLED.SUCCESS': (data) => `workflow cancelled: ${data.why}`,
  'ESCALATION.TRIGGERED.SUCCESS': () => 'a person is needed',
};

/** One plain line, or null. */
export function describeEvent({ event }: RelayedEvent): string | null {
  const describe = LINES[event.type];
  if (describe === undefined || isSaidByItsFact(event)) return null;
  const where = [event.workflowId, event.stepId].filter((part) => part !== undefined).join(' ');
  return `${event.at.slice(11, 19)} ${where === '' ? '' : `${where}: `}${printable(describe(event.data))}`;
}

function reasonOf(why: unknown): string {
  return why === '' ? '' : `, ${why}`;
}

/** A step that is all the way there tells what it made in a fact of its own. */
function isSaidByItsFact({ type, data }: RelayedEvent['event']): boolean {
  return type === 'TASK.PROGRESS.UPDATED' && data.percent === 100;
}

function list(values: unknown): string {
  return Array.isArray(values) ? values.join('; ') : '';
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
}

function short(hash: unknown): string {
  return String(hash).slice(0, 7);
}

function firstLine(text: unknown): string {
  return String(text).split('\n')[0] ?? '';
}
