import { type AnyEvent, describeEvent as describe, type Wording } from '@tamma/domain';
import { formatCost, formatCount } from '../format/amount.ts';
import { formatDuration, formatMoment } from '../format/time.ts';
import type { Tone } from './words.ts';

const WORDING: Wording = {
  duration: formatDuration,
  moment: formatMoment,
  count: formatCount,
  cost: formatCost,
};

/** What a fact says, for people. The type itself stands beside it where that matters. */
export function describeEvent(event: AnyEvent): string {
  return describe(event, WORDING);
}

const BAD = /^(CIRCUIT\.OPENED|WORKER\.LOST|ESCALATION\.RAISED)\.|\.(FAILED|PERMANENT)$/;
const ASKING =
  /^(APPROVAL\.REQUESTED|QUESTION\.ASKED|ESCALATION\.TRIGGERED|TASK\.(RETRY|INTERRUPTED|SKIP|OVERRIDE)|ROUND|CALL|PR\.CLOSED|BRANCH\.MOVED|ISSUE\.(EDITED|REOPENED)|COMMAND\.REFUSED)\./;
/** What a person, or a service, has stand still. */
const STILL = /^(WORKFLOW\.SUSPENDED|QUEUE\.PAUSED|SERVICE\.HELD)\./;
const GOOD =
  /^(WORKFLOW\.COMPLETED|PR\.MERGED|(GATE|CI)\.RAN\.SUCCESS|ISSUE\.CLOSED|TASK\.COMPLETED|CIRCUIT\.CLOSED)/;

export function toneOfType(type: string): Tone {
  if (BAD.test(type)) return 'bad';
  if (ASKING.test(type) || STILL.test(type)) return 'asks';
  return GOOD.test(type) ? 'good' : 'quiet';
}
