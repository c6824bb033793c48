import type { Check, Review, ReviewComment } from '@tamma/domain';
import type { PullRequest } from '@tamma/git-platform';

export function buildCheck(overrides: Partial<Check> = {}): Check {
  return { name: 'test', state: 'passed', summary: '', url: null, runId: '1', attempt: 1, ...overrides };
}

/** Maria wants changes, unless told otherwise. */
export function buildReview(overrides: Partial<Review> = {}): Review {
  return {
    id: 'review-1',
    author: 'maria',
    authorKind: 'person',
    state: 'changes-requested',
    commit: 'c0ffee',
    body: 'Name it twice.',
    at: '2026-01-02T00:00:00.000Z',
    ...overrides,
  };
}

/** Maria remarks on a line, unless told otherwise. */
export function buildRemark(overrides: Partial<ReviewComment> = {}): ReviewComment {
  return {
    id: 'remark-1',
    reviewId: null,
    inReplyTo: null,
    author: 'maria',
    authorKind: 'person',
    path: 'src/double.js',
    line: 1,
    body: 'Why twice?',
    at: '2026-01-02T00:00:00.000Z',
    ...overrides,
  };
}

/** Open, of ada, and from a branch of her own. */
export function buildPullRequest(overrides: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 77,
    url: 'https://git.example.test/77',
    state: 'open',
    author: 'ada',
    head: 'adas-branch',
    headCommit: 'c0ffee',
    isFromFork: false,
    base: 'main',
    title: 'My own way',
    body: '',
    isDraft: false,
    mergeability: 'unknown',
    mergeCommit: null,
    ...overrides,
  };
}
