import { pathToFileURL } from 'node:url';
import type { PullRequest } from '../git-platform.ts';
import { readBranch } from './branches.ts';
import type { Git } from './git.ts';
import { findMergeCommit } from './merge-commit.ts';
import { readMergeability } from './mergeability.ts';
import { type PullRequestFile, readPullRequestFile } from './pull-request-file.ts';

/** With what becomes of it in a merge, which costs one. */
export async function presentWhole(git: Git, file: PullRequestFile): Promise<PullRequest> {
  const presented = await presentPullRequest(git, file);
  return { ...presented, mergeability: await readMergeability(git, presented) };
}

/**
 * The record and what git says today. A branch that is gone closes an open one; a merge commit that brought its head
 * into the base makes it merged, even where a process died before it could write that down.
 */
export async function presentPullRequest(git: Git, file: PullRequestFile): Promise<PullRequest> {
  const { state, headCommit, mergeCommit } = file.record;
  const written = outlineOf(file);
  if (state !== 'open') return { ...written, state, headCommit, mergeCommit };
  const present = await readBranch(git, written.head);
  if (present === null) {
    const settled = await settledSince(file);
    if (settled !== null) return await presentPullRequest(git, settled);
    return { ...written, state: 'closed', headCommit, mergeCommit: null };
  }
  const baseCommit = await readBranch(git, written.base);
  const merge = baseCommit === null ? null : await findMergeCommit(git, { baseCommit, headCommit: present });
  return { ...written, state: merge === null ? 'open' : 'merged', headCommit: present, mergeCommit: merge };
}

function outlineOf({ path, record }: PullRequestFile) {
  const { number, author, head, base, title, body, draft } = record;
  const url = pathToFileURL(path).href;
  const standing = { isFromFork: false, isDraft: draft, mergeability: 'unknown' } as const;
  return { number, url, author, head, base, title, body, ...standing };
}

/** A merge is written down before its branch is deleted: whoever finds no branch looks at the record again. */
async function settledSince({ path }: PullRequestFile): Promise<PullRequestFile | null> {
  const again = await readPullRequestFile(path);
  return again?.ok === true && again.value.record.state !== 'open' ? again.value : null;
}
