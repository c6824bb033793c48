import { type Review, type ReviewComment, type Reviews, replyMarker, standingReviews } from '@tamma/domain';
import { isSameAccount } from './same-account.ts';

/** Something that a person wants to have seen to: a remark on a line, or a review as a whole. */
export interface Remark {
  readonly id: string;
  readonly kind: 'line' | 'review';
  readonly author: string;
  /** Null for a review as a whole. */
  readonly path: string | null;
  readonly line: number | null;
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
  /** What was said below it, oldest first. */
  readonly answers: readonly { readonly author: string; readonly body: string }[];
}

export interface RemarksQuestion extends Reviews {
  /** Whose remarks count. */
  readonly operators: ReadonlySet<string>;
  /** Those that a round was made for, by kind and id. */
  readonly taken: ReadonlySet<string>;
  /** The account that our answers carry. */
  readonly account: string;
}

/** Remarks of one round; what is more waits for the next one. */
const REMARKS_MAX = 50;

/**
 * What nobody has seen to yet, oldest first. An approval settles all that its author said before: what is left then is
 * advice.
 */
export function openRemarks(question: RemarksQuestion): readonly Remark[] {
  const { reviews, comments, operators, taken } = question;
  const approvedAt = new Map(
    standingReviews(reviews)
      .filter(({ state }) => state === 'approved')
      .map(({ author, at }) => [author, at]),
  );
  const approving = new Set(reviews.filter(({ state }) => state === 'approved').map(({ id }) => id));
  const remarks = [
    ...reviews.filter(saysSomething).map(remarkOfReview),
    ...comments
      .filter((one) => !approving.has(one.reviewId ?? '') && isOpenThread(one, question))
      .map((one) => remarkOfComment(one, comments, operators)),
  ];
  return remarks
    .filter((one) => operators.has(one.author) && !taken.has(remarkKey(one)))
    .filter(({ author, at }) => at > (approvedAt.get(author) ?? ''))
    .toSorted((one, other) => (one.at < other.at ? -1 : 1))
    .slice(0, REMARKS_MAX);
}

/** Ids of reviews and of remarks on lines are not of one series. */
export function remarkKey({ kind, id }: Pick<Remark, 'kind' | 'id'>): string {
  return `${kind}:${id}`;
}

function saysSomething({ state, body, authorKind }: Review): boolean {
  if (authorKind !== 'person') return false;
  return state === 'changes-requested' || (state === 'commented' && body.trim() !== '');
}

function remarkOfReview({ id, author, body, at }: Review): Remark {
  return { id, kind: 'review', author, path: null, line: null, body, at, answers: [] };
}

/** Only what begins a thread is a remark: people also talk with each other, and thank us, below it. */
function isOpenThread(comment: ReviewComment, { comments, account }: RemarksQuestion): boolean {
  if (comment.authorKind !== 'person' || comment.inReplyTo !== null) return false;
  const marker = replyMarker(comment.id);
  return !comments.some(
    ({ inReplyTo, author, body }) =>
      inReplyTo === comment.id && isSameAccount(author, account) && body.includes(`<!-- ${marker} -->`),
  );
}

function remarkOfComment(
  { id, author, path, line, body, at }: ReviewComment,
  comments: readonly ReviewComment[],
  operators: ReadonlySet<string>,
): Remark {
  const answers = comments
    .filter(({ inReplyTo, author: by }) => inReplyTo === id && operators.has(by))
    .map(({ author: by, body: text }) => ({ author: by, body: text }));
  return { id, kind: 'line', author, path, line, body, at, answers };
}

/** People who want changes and have not agreed to what was made since, whatever commit they said it of. */
export function objectorsOf(reviews: readonly Review[], operators: ReadonlySet<string>): readonly string[] {
  return standingReviews(reviews)
    .filter(({ state, author }) => state === 'changes-requested' && operators.has(author))
    .map(({ author }) => author);
}

/** People who approve of this very commit; what they said of another one counts for nothing. */
export function approversOf(
  reviews: readonly Review[],
  { commit, approvers }: { readonly commit: string; readonly approvers: ReadonlySet<string> },
): readonly string[] {
  return standingReviews(reviews)
    .filter(({ state, author, authorKind, commit: of }) => {
      return state === 'approved' && authorKind === 'person' && of === commit && approvers.has(author);
    })
    .map(({ author }) => author);
}
