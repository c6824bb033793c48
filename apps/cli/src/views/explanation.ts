import type { Explanation } from '@tamma/contracts';
import { WAITING_WORDS } from '@tamma/domain';
import { formatMoment, formatUntil } from '../terminal/moment.ts';
import type { Look, View } from '../terminal/output.ts';
import { colorOf } from './words.ts';
import { section } from './workflow.ts';

/** What a workflow waits for and why, what happens by itself, and who can move it. */
export const showExplanation: View<Explanation> = (explanation, look) => [
  `${look.paint('bold', explanation.workflowId)} ${look.paint(colorOf(explanation.status), explanation.status)}`,
  `  ${explanation.summary}`,
  ...waiting(explanation, look),
  ...trouble(explanation),
  ...section(
    'What keeps it',
    explanation.blockedBy.map((one) => blocker(one, look)),
    look,
  ),
  ...section(
    'What can move it',
    explanation.movers.map(({ who, how }) => `${who}: ${how}`),
    look,
  ),
];

function waiting({ waitingFor, afterwards, queue, nextAttemptAt }: Explanation, { nowMs }: Look): string[] {
  const lines: string[] = [];
  if (waitingFor !== null) {
    const { reason, since, until, why } = waitingFor;
    lines.push(`  waits for ${WAITING_WORDS[reason]} since ${formatMoment(since)}: ${why}`);
    if (until !== null) lines.push(`  until ${formatUntil(until, nowMs)}`);
  }
  if (queue !== null) {
    const place = queue.position === null ? 'in no known place' : `at place ${queue.position}`;
    lines.push(`  queued for ${queue.capability}, ${place}`);
  }
  if (nextAttemptAt !== null) lines.push(`  next attempt ${formatUntil(nextAttemptAt, nowMs)}`);
  if (afterwards !== null) lines.push(`  then: ${afterwards}`);
  return lines;
}

function blocker({ what, why, since, until }: Explanation['blockedBy'][number], { nowMs }: Look): string {
  const from = since === null ? '' : `, since ${formatMoment(since)}`;
  return `${what}: ${why}${from}${until === null ? '' : `, until ${formatUntil(until, nowMs)}`}`;
}

function trouble({ lastError }: Explanation): string[] {
  if (lastError === null) return [];
  const { message, code, remedy, class: kind } = lastError;
  return [
    `  last error: ${message} [${code}, ${kind}]`,
    ...(remedy === undefined ? [] : [`  remedy: ${remedy}`]),
  ];
}
