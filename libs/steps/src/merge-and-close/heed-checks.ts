import { judgeChecks, type Outcome } from '@tamma/domain';
import type { Protection } from '@tamma/git-platform';
import { sendBackRed, tellRed } from '../delivery/red-checks.ts';
import type { StepContext } from '../step.ts';

/** Checks may have been run again since the pull request was found in order. Null when none stands against the merge. */
export async function heedChecks(
  context: StepContext,
  headCommit: string,
  { requiredChecks: required }: Pick<Protection, 'requiredChecks'>,
): Promise<Outcome<never> | null> {
  const checks = await context.platform.readChecks(headCommit);
  if (checks === null) return null;
  const { verdict, failed, awaited } = judgeChecks({ checks, required });
  if (verdict === 'failed') {
    await tellRed(context, failed, headCommit);
    return sendBackRed(context, failed, headCommit);
  }
  if (verdict !== 'pending') return null;
  const { deadline: forMs, recheck: recheckMs } = context.head.project.ci;
  const why = `checks of ${headCommit.slice(0, 7)} are awaited again: ${awaited.slice(0, NAMES_MAX).join(', ')}`;
  return { kind: 'wait', on: 'ci', key: headCommit, forMs, recheckMs, why };
}

const NAMES_MAX = 10;
