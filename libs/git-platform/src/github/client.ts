import type { Octokit } from '@octokit/rest';

/** Octokit as every part of this adapter uses it: throttled, retrying reads, answering unchanged reads from its cache. */
export interface GitHubClient {
  readonly octokit: Octokit;
  readonly owner: string;
  readonly repo: string;
  /** The account our comments and pull requests carry: a login, or `name[bot]` for an App. */
  readonly account: string;
}

/** Owner and name as nearly every route wants them. */
export function placeOf({ owner, repo }: GitHubClient): { readonly owner: string; readonly repo: string } {
  return { owner, repo };
}
