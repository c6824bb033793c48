import { type AccountKind, type Review, type ReviewComment, type Reviews, TammaError } from '@tamma/domain';
import { z } from 'zod';
import { pullRequestMissing } from '../platform-errors.ts';
import { askOrRefused, parseAnswer } from './answers.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { GHOST } from './pull-request-record.ts';
import { readPages } from './read-pages.ts';
import { bodyOf, cut } from './text.ts';

const PAGES_MAX = 20;
/** Longest remark that is handed on, in characters. */
const BODY_MAX = 20_000;
const PATH_MAX = 1000;

const account = z.object({ login: z.string(), type: z.string().nullish() }).nullish();

const reviewRecord = z.object({
  id: z.number(),
  user: account,
  state: z.string(),
  commit_id: z.string().nullish(),
  body: z.string().nullish(),
  submitted_at: z.string().nullish(),
});

const reviewCommentRecord = z.object({
  id: z.number(),
  user: account,
  body: z.string().nullish(),
  path: z.string(),
  line: z.number().nullish(),
  pull_request_review_id: z.number().nullish(),
  in_reply_to_id: z.number().nullish(),
  created_at: z.string(),
});
export type ReviewCommentRecord = z.output<typeof reviewCommentRecord>;

/** A review that its author has not handed in has no state of ours. */
const STATES: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes-requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

export async function readReviews(client: GitHubClient, number: number): Promise<Reviews> {
  const what = `list the reviews of pull request ${number}`;
  const { items, isCut } = await readPages(PAGES_MAX, async (page) => {
    const asked = () =>
      client.octokit.rest.pulls.listReviews({ ...placeOf(client), pull_number: number, ...page });
    const answer = await askOrRefused(what, [404], asked);
    if (!answer.ok) throw pullRequestMissing(number);
    return parseAnswer(what, reviewRecord.array(), answer.value.data);
  });
  if (isCut) throw tooMany(number);
  const comments = await listReviewComments(client, number);
  return {
    reviews: items.flatMap(presentReview).toSorted(byTime),
    comments: comments.map(presentComment).toSorted(byTime),
  };
}

export async function listReviewComments(
  client: GitHubClient,
  number: number,
): Promise<readonly ReviewCommentRecord[]> {
  const what = `list the remarks on pull request ${number}`;
  const { items, isCut } = await readPages(PAGES_MAX, async (page) => {
    const list = { ...placeOf(client), pull_number: number, ...page };
    const answer = await askOrRefused(what, [404], () => client.octokit.rest.pulls.listReviewComments(list));
    if (!answer.ok) throw pullRequestMissing(number);
    return parseAnswer(what, reviewCommentRecord.array(), answer.value.data);
  });
  if (isCut) throw tooMany(number);
  return items;
}

function presentReview(record: z.output<typeof reviewRecord>): readonly Review[] {
  const state = STATES[record.state];
  if (state === undefined) return [];
  return [
    {
      id: String(record.id),
      ...authorOf(record.user),
      state,
      // Empty where the commit is gone: then it was given for none that still counts.
      commit: record.commit_id ?? '',
      body: cut(bodyOf(record.body), BODY_MAX),
      at: record.submitted_at ?? '',
    },
  ];
}

function presentComment(record: ReviewCommentRecord): ReviewComment {
  return {
    id: String(record.id),
    reviewId: idOrNull(record.pull_request_review_id),
    inReplyTo: idOrNull(record.in_reply_to_id),
    ...authorOf(record.user),
    path: record.path.slice(0, PATH_MAX),
    line: record.line ?? null,
    body: cut(bodyOf(record.body), BODY_MAX),
    at: record.created_at,
  };
}

function authorOf(user: z.output<typeof account>): { author: string; authorKind: AccountKind } {
  const author = user?.login ?? GHOST;
  return { author, authorKind: user?.type === 'Bot' || author.endsWith('[bot]') ? 'bot' : 'person' };
}

function idOrNull(id: number | null | undefined): string | null {
  return typeof id === 'number' ? String(id) : null;
}

/** Numbers grow with time, and tell apart what happened in the same second. */
function byTime(one: { at: string; id: string }, other: { at: string; id: string }): number {
  return one.at.localeCompare(other.at) || Number(one.id) - Number(other.id);
}

function tooMany(number: number): TammaError {
  return new TammaError(
    'REVIEWS_TOO_MANY',
    `pull request ${number} has more reviews or remarks than are read (${PAGES_MAX} pages of each)`,
    { class: 'validation', remedy: 'Go on by hand, or close it and begin anew.' },
  );
}
