import { z } from 'zod';
import type { PullRequest } from '../git-platform.ts';
import { bodyOf, titleOf } from './text.ts';

/** What GitHub calls an account that was deleted. */
export const GHOST = 'ghost';
/** Longest title that GitHub keeps, in characters. */
export const TITLE_MAX = 256;

const account = z.object({ login: z.string() });
const repository = z.object({ full_name: z.string() });

/** A pull request as GitHub shows it; what only a single one has, and not one of a list, is optional. */
export const pullRequestRecord = z.object({
  number: z.int().positive(),
  node_id: z.string().nullish(),
  html_url: z.string(),
  state: z.enum(['open', 'closed']),
  title: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().nullish(),
  user: account.nullish(),
  head: z.object({ ref: z.string(), sha: z.string(), repo: repository.nullish() }),
  base: z.object({ ref: z.string(), repo: repository }),
  labels: z.array(z.object({ name: z.string() })).nullish(),
  requested_reviewers: z.array(account).nullish(),
  requested_teams: z.array(z.object({ slug: z.string() })).nullish(),
  merged_at: z.string().nullish(),
  merge_commit_sha: z.string().nullish(),
  mergeable: z.boolean().nullish(),
  mergeable_state: z.string().nullish(),
  rebaseable: z.boolean().nullish(),
});
export type PullRequestRecord = z.output<typeof pullRequestRecord>;

export function presentPullRequest(record: PullRequestRecord): PullRequest {
  const { number, head, base } = record;
  return {
    number,
    url: record.html_url,
    state: stateOf(record),
    author: record.user?.login ?? GHOST,
    head: head.ref,
    headCommit: head.sha,
    isFromFork: head.repo?.full_name.toLowerCase() !== base.repo.full_name.toLowerCase(),
    base: base.ref,
    title: titleOf(record.title),
    body: bodyOf(record.body),
    isDraft: record.draft ?? false,
    mergeability: mergeabilityOf(record),
    mergeCommit: mergeCommitOf(record),
  };
}

export function stateOf({ state, merged_at }: PullRequestRecord): PullRequest['state'] {
  if (state === 'open') return 'open';
  return typeof merged_at === 'string' ? 'merged' : 'closed';
}

/** Until it is merged, GitHub shows the commit of a trial merge there. */
function mergeCommitOf(record: PullRequestRecord): string | null {
  return stateOf(record) === 'merged' ? (record.merge_commit_sha ?? record.head.sha) : null;
}

function mergeabilityOf(record: PullRequestRecord): PullRequest['mergeability'] {
  const { mergeable, mergeable_state } = record;
  if (!isSettled(record) || stateOf(record) !== 'open') return 'unknown';
  if (mergeable === false || mergeable_state === 'dirty') return 'conflict';
  return mergeable_state === 'behind' ? 'behind' : 'clean';
}

/** Whether GitHub has found out by now if it can be merged; it begins to when it is asked. */
export function isSettled(record: PullRequestRecord): boolean {
  return stateOf(record) !== 'open' || typeof record.mergeable === 'boolean';
}
