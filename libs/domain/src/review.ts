import type { AccountKind } from './issue.ts';

/** What a reviewer said about a pull request as a whole. */
export interface Review {
  readonly id: string;
  readonly author: string;
  readonly authorKind: AccountKind;
  readonly state: 'approved' | 'changes-requested' | 'commented' | 'dismissed';
  /** The commit it was given for; it counts for no other. */
  readonly commit: string;
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A remark on a line of a change, or an answer to one. */
export interface ReviewComment {
  readonly id: string;
  /** The review it came with, null for one on its own. */
  readonly reviewId: string | null;
  /** The remark it answers, null for one that begins a thread. */
  readonly inReplyTo: string | null;
  readonly author: string;
  readonly authorKind: AccountKind;
  readonly path: string;
  /** Null where the line is no longer part of the change. */
  readonly line: number | null;
  readonly body: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Reviews {
  /** Oldest first. */
  readonly reviews: readonly Review[];
  readonly comments: readonly ReviewComment[];
}

/** The last word of each reviewer: an approval or a wish for changes; a later mere comment takes neither back. */
export function standingReviews(reviews: readonly Review[]): readonly Review[] {
  const last = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state === 'commented') continue;
    last.set(review.author, review);
  }
  return [...last.values()].filter(({ state }) => state !== 'dismissed');
}
