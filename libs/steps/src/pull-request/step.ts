import { done, type ErrorReport, escalate, type Outcome, unwanted } from '@tamma/domain';
import type { PullRequest } from '@tamma/git-platform';
import { findCodeResult } from '../code-generation/result.ts';
import { baseChanged } from '../delivery/base-changed.ts';
import { readRecord } from '../delivery/record.ts';
import { askForDelivery } from '../round.ts';
import type { Step, StepContext } from '../step.ts';
import { stopAsEdited } from '../wanted.ts';
import { deliver } from './deliver.ts';
import { describePullRequest } from './describe.ts';
import { firstMove, needsRebase } from './first-move.ts';
import { type Look, look, pushKey } from './look.ts';
import { type PullRequestResult, pullRequestResultSchema } from './result.ts';

/**
 * Opens the pull request, once, for a head that passed every gate, and sees it through what the platform and its people
 * have to say. Each run reads everything anew and does the first thing that is not as it should be (docs/states.md).
 */
export const pullRequest: Step<PullRequestResult> = {
  handler: 'pull-request',
  result: pullRequestResultSchema,
  run,
};

async function run(context: StepContext): Promise<Outcome<PullRequestResult>> {
  const seen = await look(context);
  switch (firstMove(seen.standing)) {
    case 'merged':
    case 'closed':
      return endWith(seen.pullRequest);
    case 'edited':
      return stopAsEdited(context);
    case 'other-base':
      return escalate(baseChanged(seen.pullRequest, seen.base));
    case 'branch-gone':
      return escalate(branchGone(seen));
    case 'regate':
      return regate(context, seen);
    case 'rival':
      return unwanted(`pull request #${seen.rival?.number} of "${seen.rival?.author}" closes the issue`);
    case 'await-push':
      return awaitPush(context, seen);
    case 'rebase':
      return rebase(context, seen);
    case 'go-on':
      return goOn(context, seen);
  }
}

/** What was merged by hand is looked at by the last step. */
function endWith(ended: PullRequest | null): Outcome<PullRequestResult> {
  if (ended?.state !== 'merged') return unwanted(`pull request #${ended?.number} was closed by a person`);
  const { number, url, headCommit } = ended;
  return done({ number, url, headCommit });
}

async function goOn(context: StepContext, seen: Look): Promise<Outcome<PullRequestResult>> {
  const { headCommit, protection } = seen;
  const checks = await context.platform.readChecks(headCommit);
  const { described } = await readRecord(context);
  const isDescribed = seen.pullRequest !== null && described === headCommit;
  const found = isDescribed ? seen.pullRequest : await describePullRequest(context, { ...seen, checks });
  if (found.state !== 'open') return endWith(found);
  if (needsRebase(found, protection)) return rebase(context, seen);
  return deliver(context, { pullRequest: found, headCommit, checks, protection });
}

async function regate(context: StepContext, { branch, headCommit, standing }: Look): Promise<Outcome<never>> {
  const missing = standing.missing.join(', ');
  const why = `the head of ${branch} (${headCommit.slice(0, 7)}) has not passed: ${missing}`;
  if (findCodeResult(context)?.headCommit !== headCommit) {
    await context.tell({ type: 'BRANCH.MOVED.SUCCESS', data: { branch, commit: headCommit, why } });
  }
  return askForDelivery(context, 'regate', why);
}

function rebase(context: StepContext, { branch, base }: Look): Outcome<never> {
  return askForDelivery(context, 'rebase', `${branch} cannot be merged into ${base} as it stands`);
}

function awaitPush({ head }: StepContext, { headCommit }: Look): Outcome<never> {
  const { recheck: recheckMs } = head.project.ci;
  const why = `the pull request does not show ${headCommit.slice(0, 7)} yet`;
  const times = { forMs: 2 * recheckMs, recheckMs, atDeadline: 'run' } as const;
  return { kind: 'wait', on: 'ci', key: pushKey(headCommit), why, ...times };
}

function branchGone({ branch }: Look): ErrorReport {
  return {
    code: 'GATES_MISSING',
    class: 'conflict',
    message: `the head of ${branch} (gone) has not passed anything`,
    remedy: 'see who deleted the branch; cancel the workflow and have the issue worked again',
  };
}
