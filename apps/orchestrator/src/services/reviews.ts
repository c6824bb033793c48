import {
  hasWorkflowEnded,
  isAtLeast,
  openStepOf,
  type PendingApproval,
  type Review,
  toError,
  type WorkflowState,
} from '@tamma/domain';
import type { PullRequest } from '@tamma/git-platform';
import { cancelWorkflow } from '../use-cases/cancel-workflow.ts';
import { type DecideDeps, type DecideRequest, decideApproval } from '../use-cases/decide-approval.ts';
import { listBegun } from '../use-cases/list-open.ts';
import { taskOf } from '../use-cases/open-tasks.ts';
import { countingReviews, textOfReview } from './counting-reviews.ts';
import type { WatchedProject } from './intake.ts';
import { acceptHandMerge, type StoppedDeps } from './stopped-changes.ts';
import { createTurns } from './turns.ts';

export interface ReviewsOptions extends DecideDeps, StoppedDeps {
  readonly projects: readonly WatchedProject[];
  /** Told of each project or workflow that could not be attended to. */
  readonly onFailure: (about: string, error: Error) => void;
}

/** Which pull requests of a project are looked at. */
export type Numbers = ReadonlySet<number> | 'all';

export interface ReviewWatch {
  /** Something happened to pull requests: what waits for their checks or reviews looks again, and reviews are read. */
  lookAt(project: string, numbers: Numbers): Promise<void>;
  /** Reads the reviews of every merge that somebody has to approve, and what became of the changes that stopped. */
  runOnce(signal?: AbortSignal): Promise<void>;
}

/** Takes what people say to a pull request on its platform as their word about its merge. */
export function createReviewWatch(options: ReviewsOptions): ReviewWatch {
  const takeTurn = createTurns();
  const watched = options.projects.filter(({ project }) => project.platform === 'github');

  const readReviews = async (one: WatchedProject, states: readonly WorkflowState[]) => {
    for (const state of states) {
      try {
        await attend(options, one, state);
      } catch (thrown) {
        options.onFailure(`reviews of ${state.id}`, toError(thrown));
      }
    }
  };

  return {
    lookAt: async (id, numbers) => {
      const one = watched.find(({ project }) => project.id === id);
      if (one === undefined) return;
      await takeTurn(async () => {
        const begun = await listBegun(options, id);
        const meant = begun.filter(({ pullRequest }) => isMeant(pullRequest?.number, numbers));
        await Promise.all(meant.map((state) => wakeWaiting(options, state)));
        // Whoever says something about a pull request names it: what names none is of checks, or of a branch.
        if (numbers !== 'all') await readReviews(one, meant);
      });
    },
    runOnce: async (signal) => {
      for (const one of watched) {
        if (signal?.aborted === true) return;
        await takeTurn(async () => readReviews(one, await listBegun(options, one.project.id)));
      }
    },
  };
}

function isMeant(number: number | undefined, numbers: Numbers): boolean {
  return number !== undefined && (numbers === 'all' || numbers.has(number));
}

/** Woken too early it parks again, with the deadline it had. */
async function wakeWaiting({ queue }: Pick<ReviewsOptions, 'queue'>, state: WorkflowState): Promise<void> {
  const reason = state.waitingFor?.reason;
  const step = openStepOf(state);
  if (step === null || (reason !== 'ci' && reason !== 'review')) return;
  await queue.promote(taskOf(state, step));
}

/** The pull request's own end says more than any review. */
async function attend(options: ReviewsOptions, { project, platform }: WatchedProject, state: WorkflowState) {
  const { approval, pullRequest, escalation } = state;
  const isAwaited = approval?.kind === 'merge' || escalation !== null;
  if (!isAwaited || pullRequest === null || hasWorkflowEnded(state.status)) return;
  const seen = await platform.readPullRequest(pullRequest.number);
  if (seen === null) return;
  if (seen.state === 'closed') return cancelClosed(options, state, seen);
  if (escalation !== null && seen.state === 'merged') {
    return acceptHandMerge(options, { project }, { state, escalation, seen });
  }
  if (approval?.kind !== 'merge') return;
  if (seen.state === 'merged') return acceptMerged(options, approval, { seen, by: project.platform });
  const said = await platform.readReviews(seen.number);
  const outside = [project.account, seen.author];
  const counting = countingReviews({ reviews: said.reviews, commit: approval.subject ?? '', outside });
  for (const review of counting) {
    if (!isAtLeast(await platform.readRole(review.author), project.people.approve)) continue;
    const decision = decisionOf(review, textOfReview(review, said));
    await options.requireLead();
    const decided = await decideApproval(options, {
      approvalId: approval.id,
      by: review.author,
      ...decision,
    });
    // Whoever started the work is passed over; every other answer settles it.
    if (decided.kind !== 'not-allowed') return;
  }
}

function decisionOf({ state }: Review, text: string): Pick<DecideRequest, 'decision' | 'comment'> {
  if (state === 'approved') return { decision: 'approve', comment: text };
  return { decision: 'edit', comment: text === '' ? 'changes were requested, without words' : text };
}

async function cancelClosed(
  options: ReviewsOptions,
  { id: workflowId }: WorkflowState,
  { number }: PullRequest,
) {
  await options.requireLead();
  const why = `pull request #${number} was closed without a merge`;
  await cancelWorkflow(options, { workflowId, why, person: null });
}

interface HandMerge {
  readonly seen: PullRequest;
  /** The platform does not say who it was. */
  readonly by: string;
}

/** Somebody who may merge did so by hand: there is nothing left to approve, and the last step checks what was merged. */
async function acceptMerged(
  options: ReviewsOptions,
  { id: approvalId }: PendingApproval,
  { seen, by }: HandMerge,
) {
  await options.requireLead();
  const comment = `pull request #${seen.number} was merged by hand`;
  await decideApproval(options, { approvalId, decision: 'approve', comment, by });
}
