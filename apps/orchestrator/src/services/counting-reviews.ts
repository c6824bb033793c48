import { type Review, type Reviews, standingReviews } from '@tamma/domain';

/** Longest text that sends a change back, in characters; the same as anywhere else that people give one. */
const TEXT_MAX = 4000;
const REMARKS_MAX = 50;
/** Reviews whose authors are looked up: wishes for changes come first, so that a crowd of strangers decides nothing. */
const REVIEWS_MAX = 50;

export interface ReviewQuestion {
  readonly reviews: readonly Review[];
  /** The commit that is asked about. */
  readonly commit: string;
  /** Accounts whose word never counts: ours, and whoever opened the pull request. */
  readonly outside: readonly string[];
}

/** The last words of people about this very commit; wishes for changes first, since one of them outweighs every approval. */
export function countingReviews({ reviews, commit, outside }: ReviewQuestion): readonly Review[] {
  const names = outside.map((name) => name.toLowerCase());
  const counting = standingReviews(reviews).filter(
    (review) =>
      review.commit === commit &&
      review.authorKind === 'person' &&
      !names.includes(review.author.toLowerCase()),
  );
  const rank = ({ state }: Review) => (state === 'changes-requested' ? 0 : 1);
  return counting.toSorted((one, other) => rank(one) - rank(other)).slice(0, REVIEWS_MAX);
}

/** What a review says as a whole and about single lines, as one text. */
export function textOfReview(review: Review, { comments }: Pick<Reviews, 'comments'>): string {
  const remarks = comments
    .filter(({ reviewId, inReplyTo }) => reviewId === review.id && inReplyTo === null)
    .slice(0, REMARKS_MAX)
    .map(({ path, line, body }) => `${path}${line === null ? '' : `:${line}`}: ${body.trim()}`);
  const said = [review.body.trim(), ...remarks].filter((part) => part !== '').join('\n\n');
  return said.slice(0, TEXT_MAX);
}
