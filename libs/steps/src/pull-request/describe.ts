import type { Check } from '@tamma/domain';
import type { PullRequest } from '@tamma/git-platform';
import { readRecord, updateRecord } from '../delivery/record.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type StepContext } from '../step.ts';
import { renderPullRequest } from './render.ts';

export interface Subject {
  readonly branch: string;
  readonly base: string;
  readonly headCommit: string;
  /** Null where the platform never checks anything: a draft would wait for nothing. */
  readonly checks: readonly Check[] | null;
}

/** Opens the pull request, or has an open one tell of a head that it does not tell of yet; it may turn out to be merged. */
export async function describePullRequest(context: StepContext, subject: Subject): Promise<PullRequest> {
  const { branch, base, headCommit, checks } = subject;
  const { platform, head } = context;
  const { number: known } = await readRecord(context);
  const { issue } = resultFrom(context, issueIntake);
  const described = await platform.ensurePullRequest({
    head: branch,
    base,
    issue: issue.number,
    ...(await renderPullRequest(context, headCommit)),
    as: head.project.pullRequest.draft && checks !== null ? 'draft' : 'ready',
  });
  const { number, url, state } = described;
  if (state === 'open') {
    await context.progress(50, `pull request #${number} is open`);
    const data = { number, url, head: branch, base, commit: headCommit };
    await context.tell({ type: 'PR.OPENED.SUCCESS', data });
    if (known === null) await markOpened(context, described);
  }
  await updateRecord(context, { number, described: headCommit });
  return described;
}

async function markOpened(context: StepContext, { number, isDraft }: PullRequest): Promise<void> {
  const { labels } = context.head.project.pullRequest;
  const asked = isDraft ? NOBODY : reviewersOf(context);
  if (labels.length + asked.reviewers.length + asked.teamReviewers.length === 0) return;
  await context.platform.markPullRequest(number, { labels, ...asked });
}

const NOBODY = { reviewers: [], teamReviewers: [] };

function reviewersOf({ head }: StepContext) {
  const { reviewers, teamReviewers } = head.project.pullRequest;
  return { reviewers, teamReviewers };
}

/** Reviewers are asked first: an attempt that dies in between asks again, and a ready one is asked for by nobody. */
export async function makeReady(context: StepContext, number: number, commit: string): Promise<void> {
  const asked = reviewersOf(context);
  if (asked.reviewers.length + asked.teamReviewers.length > 0) {
    await context.platform.markPullRequest(number, { labels: [], ...asked });
  }
  await context.platform.setDraft(number, 'ready');
  await context.tell({ type: 'PR.READY.SUCCESS', data: { number, commit } });
}
