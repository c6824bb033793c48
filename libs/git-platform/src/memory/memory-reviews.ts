import { type Review, type ReviewComment, type Reviews, replyMarker } from '@tamma/domain';
import type { GitPlatform } from '../git-platform.ts';
import { isMarkedWith, markedText } from '../marked-comment.ts';
import { requirePullRequest } from './memory-pull-requests.ts';
import { type MemoryState, timeOf } from './memory-state.ts';

type ReviewPort = Pick<GitPlatform, 'readReviews' | 'ensureReply'>;

export interface MemoryReviews extends ReviewPort {
  /** Replaces what reviewers said; answers of ours that are not among the remarks are gone. */
  setReviews(number: number, reviews: Partial<Reviews>): void;
  addReview(number: number, review: Review): void;
  addRemark(number: number, remark: ReviewComment): void;
  /** Our answers, oldest first. */
  repliesOf(number: number): readonly ReviewComment[];
}

const NONE: Reviews = { reviews: [], comments: [] };

export function createMemoryReviews(state: MemoryState): MemoryReviews {
  const { account, reviews } = state;
  const present = (number: number) => reviews.get(number) ?? NONE;
  const addRemark = (number: number, remark: ReviewComment) => {
    const { comments, ...rest } = present(number);
    reviews.set(number, { ...rest, comments: [...comments, remark] });
  };
  return {
    setReviews: (number, given) => void reviews.set(number, { ...NONE, ...given }),
    addReview: (number, review) => {
      const before = present(number);
      reviews.set(number, { ...before, reviews: [...before.reviews, review] });
    },
    addRemark,
    repliesOf: (number) =>
      present(number).comments.filter((one) => one.author === account && one.inReplyTo !== null),
    readReviews: async (number) => {
      requirePullRequest(state, number);
      return present(number);
    },
    ensureReply: async (number, { id }, body) => {
      const { comments, ...rest } = present(requirePullRequest(state, number).number);
      const remark = comments.find((one) => one.id === id);
      if (remark === undefined) return;
      const marker = replyMarker(id);
      const isOurs = (one: ReviewComment) => one.author === account && isMarkedWith(marker, one.body);
      const reply = comments.find(isOurs) ?? replyTo(state, remark);
      const others = comments.filter((one) => one !== reply);
      const answered = [...others, { ...reply, body: markedText(marker, body) }];
      reviews.set(number, { ...rest, comments: answered });
    },
  };
}

function replyTo(state: MemoryState, remark: ReviewComment): ReviewComment {
  return {
    ...remark,
    id: `${remark.id}-reply`,
    reviewId: null,
    inReplyTo: remark.id,
    author: state.account,
    authorKind: 'bot',
    at: timeOf(state),
  };
}
