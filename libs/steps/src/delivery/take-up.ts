import type { Outcome } from '@tamma/domain';
import { askForDelivery } from '../round.ts';
import type { StepContext } from '../step.ts';
import { readRecord, updateRecord } from './record.ts';
import type { Remark } from './remarks.ts';
import { describeRemarks, renderRemarks } from './render-remarks.ts';

/** Whoever goes on writing for so many times the time to settle has said enough for a round. */
const SETTLE_TIMES_MAX = 10;

/** Remarks of reviewers are left to settle, then sent back with the change in a round. Null when there are none. */
export async function takeUpRemarks(
  context: StepContext,
  remarks: readonly Remark[],
  headCommit: string,
): Promise<Outcome<never> | null> {
  if (remarks.length === 0) return null;
  const why = describeRemarks(remarks);
  const key = `${headCommit}:remarks:${remarks.at(-1)?.id}`;
  if (!hasSettled(context, remarks, key)) {
    const { settle: forMs, recheck: recheckMs } = context.head.project.reviews;
    return { kind: 'wait', on: 'review', key, forMs, recheckMs, atDeadline: 'run', why };
  }
  const outcome = askForDelivery(context, 'review', why);
  context.writeArtifact('REVIEW.md', renderRemarks(remarks));
  if (outcome.kind === 'wait') await noteTaken(context, remarks, headCommit);
  return outcome;
}

function hasSettled({ head, lastWait }: StepContext, remarks: readonly Remark[], key: string): boolean {
  const { settle } = head.project.reviews;
  if (settle === 0) return true;
  if (lastWait?.on === 'review' && lastWait.key === key && lastWait.isOver) return true;
  const times = remarks.map(({ at }) => Date.parse(at));
  return Math.max(...times) - Math.min(...times) >= settle * SETTLE_TIMES_MAX;
}

/** Whatever round is made now sees to these. */
export async function noteTaken(
  context: StepContext,
  remarks: readonly Remark[],
  commit: string,
): Promise<void> {
  const { taken } = await readRecord(context);
  const more = remarks.map(({ id, kind }) => ({ id, kind, commit, isAnswered: false }));
  await updateRecord(context, { taken: [...taken, ...more] });
}
