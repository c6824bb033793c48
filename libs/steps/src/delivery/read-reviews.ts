import type { StepContext } from '../step.ts';
import { readPeople } from './people.ts';
import { readRecord } from './record.ts';
import { approversOf, objectorsOf, openRemarks, type Remark, remarkKey } from './remarks.ts';

export interface ReviewState {
  /** What nobody has seen to yet. */
  readonly remarks: readonly Remark[];
  /** Who wants changes and has not agreed to what was made since. */
  readonly objectors: readonly string[];
  /** Who approves of this very commit. */
  readonly approvers: readonly string[];
}

/** What people whose word counts say of a pull request that stands at this commit. */
export async function readReviews(
  context: StepContext,
  {
    number,
    author,
    headCommit,
  }: { readonly number: number; readonly author: string; readonly headCommit: string },
): Promise<ReviewState> {
  const said = await context.platform.readReviews(number);
  const { operators, approvers } = await readPeople(context, said, author);
  const { taken } = await readRecord(context);
  const { account } = context.head.project;
  return {
    remarks: openRemarks({ ...said, operators, account, taken: new Set(taken.map(remarkKey)) }),
    objectors: objectorsOf(said.reviews, operators),
    approvers: approversOf(said.reviews, { commit: headCommit, approvers }),
  };
}
