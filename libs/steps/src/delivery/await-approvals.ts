import type { TimedWait } from '@tamma/domain';
import type { Protection } from '@tamma/git-platform';
import type { StepContext } from '../step.ts';

interface Given {
  /** Who approves of this very commit. */
  readonly approvers: readonly string[];
  readonly headCommit: string;
  readonly protection: Pick<Protection, 'requiredReviews'>;
}

/** Waits while fewer approve than the protection or the project demands; null when there are enough. */
export function awaitApprovals(
  { head }: StepContext,
  { approvers, headCommit, protection }: Given,
): TimedWait | null {
  const { required, deadline: forMs, recheck: recheckMs } = head.project.reviews;
  const needed = Math.max(required, protection.requiredReviews);
  if (approvers.length >= needed) return null;
  const why = `${approvers.length} of ${needed} approvals of ${headCommit.slice(0, 7)} are there`;
  return { kind: 'wait', on: 'review', key: headCommit, forMs, recheckMs, why };
}
