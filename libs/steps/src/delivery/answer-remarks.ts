import { cutMiddle, replyMarker, TammaError } from '@tamma/domain';
import { findCodeResult } from '../code-generation/result.ts';
import { quietText } from '../quiet-text.ts';
import type { StepContext } from '../step.ts';
import { readRecord, type TakenRemark, updateRecord } from './record.ts';

/** Longest account of what was done, in characters. */
const SUMMARY_MAX = 500;

export interface Delivered {
  readonly number: number;
  readonly headCommit: string;
}

/** Says below each remark that a round was made for, once, which commit has seen to it. */
export async function answerRemarks(context: StepContext, { number, headCommit }: Delivered): Promise<void> {
  const { taken } = await readRecord(context);
  const open = taken.filter(({ isAnswered }) => !isAnswered);
  if (open.length === 0) return;
  for (const remark of open) await answer(context, remark, { number, headCommit });
  await updateRecord(context, { taken: taken.map((one) => ({ ...one, isAnswered: true })) });
  const data = { number, remarks: open.length, commit: headCommit };
  await context.tell({ type: 'REVIEW.ADDRESSED.SUCCESS', data });
}

async function answer(
  context: StepContext,
  remark: TakenRemark,
  { number, headCommit }: Delivered,
): Promise<void> {
  const { id, kind } = remark;
  const text = answerOf(context, remark, headCommit);
  try {
    if (kind === 'line') await context.platform.ensureReply(number, { id }, text);
    else await context.platform.ensureComment(number, replyMarker(id), text);
  } catch (thrown) {
    // Whoever takes a remark back is owed no answer, and must not hold up the change.
    if (!(thrown instanceof TammaError) || thrown.class !== 'validation') throw thrown;
    await context.progress(50, `a remark could not be answered: ${thrown.message}`);
  }
}

function answerOf(context: StepContext, { commit }: TakenRemark, headCommit: string): string {
  const done = commit === headCommit ? 'Looked into; nothing was changed.' : `Seen to in ${headCommit}.`;
  const summary = findCodeResult(context)?.summary.trim() ?? '';
  return summary === '' ? done : `${done}\n\n${quietText(cutMiddle(summary, SUMMARY_MAX))}`;
}
