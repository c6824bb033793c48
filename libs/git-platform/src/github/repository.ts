import { z } from 'zod';
import type { Repository } from '../git-platform.ts';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { statusOf } from './errors.ts';

const repositoryRecord = z.object({
  id: z.union([z.int(), z.string().min(1)]),
  full_name: z.string().min(1),
  archived: z.boolean(),
  disabled: z.boolean().optional(),
  has_issues: z.boolean().optional(),
  default_branch: z.string().min(1),
  permissions: z.object({ push: z.boolean().optional() }).optional(),
});
/** The repository as GitHub shows it to us. */
export type RepositoryRecord = z.infer<typeof repositoryRecord>;

export async function readRepository(client: GitHubClient): Promise<Repository> {
  const { id, full_name, archived, default_branch } = await readRepositoryRecord(client);
  return { id: String(id), fullName: full_name, isArchived: archived, defaultBranch: default_branch };
}

export async function readRepositoryRecord(client: GitHubClient): Promise<RepositoryRecord> {
  const what = `show the repository ${nameOf(client)}`;
  const { data } = await askGitHub(what, () => client.octokit.repos.get(placeOf(client)));
  return parseAnswer(what, repositoryRecord, data);
}

/** `owner/name`, as it is configured. */
export function nameOf({ owner, repo }: Pick<GitHubClient, 'owner' | 'repo'>): string {
  return `${owner}/${repo}`;
}

/** Statuses of what was deleted, never was, or is nothing that this credential may see. */
const MISSING: readonly (number | null)[] = [404, 410];

export function isMissing(thrown: unknown): boolean {
  return MISSING.includes(statusOf(thrown));
}

/**
 * Null for a thing that is not there. A repository that we may not see any more answers the same for all it holds, so
 * it is asked for then, and its absence thrown: nobody may take it for the absence of the thing.
 */
export async function nullWhenMissing<Value>(
  client: GitHubClient,
  read: () => Promise<Value>,
): Promise<Value | null> {
  try {
    return await read();
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    await readRepository(client);
    return null;
  }
}
