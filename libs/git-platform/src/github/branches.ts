import { z } from 'zod';
import type { CommitOutline } from '../git-platform.ts';
import { branchMissing } from '../platform-errors.ts';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { statusOf } from './errors.ts';
import { linkedPages } from './linked-pages.ts';
import { nameOf, nullWhenMissing } from './repository.ts';
import { cut } from './text.ts';

const PAGE_MAX = 100;
/** Commits of a branch that one call reads. */
const COMMITS_MAX = 1000;
const MESSAGE_MAX = 10_000;

const refRecord = z.object({ object: z.object({ sha: z.string().min(1) }) });
const commitRecords = z.array(z.object({ sha: z.string(), commit: z.object({ message: z.string() }) }));

export async function readBranch(client: GitHubClient, name: string): Promise<string | null> {
  const what = `show branch "${name}" of ${nameOf(client)}`;
  return await askGitHub(what, async () => {
    const answer = await nullWhenMissing(client, () =>
      client.octokit.git.getRef({ ...placeOf(client), ref: `heads/${name}` }),
    );
    return answer === null ? null : parseAnswer(what, refRecord, answer.data).object.sha;
  });
}

export async function ensureBranch(client: GitHubClient, name: string, commit: string): Promise<string> {
  const before = await readBranch(client, name);
  if (before !== null) return before;
  const what = `make branch "${name}" of ${nameOf(client)}`;
  return await askGitHub(what, async () => {
    try {
      const ref = `refs/heads/${name}`;
      const { data } = await client.octokit.git.createRef({ ...placeOf(client), ref, sha: commit });
      return parseAnswer(what, refRecord, data).object.sha;
    } catch (thrown) {
      const twin = statusOf(thrown) === 422 ? await readBranch(client, name) : null;
      if (twin !== null) return twin;
      throw thrown;
    }
  });
}

/** GitHub cannot delete a branch on a condition: what is pushed between the look and the deletion goes with it. */
export async function deleteBranch(client: GitHubClient, name: string, commit: string): Promise<boolean> {
  const before = await readBranch(client, name);
  if (before !== commit) return before === null;
  return await askGitHub(`delete branch "${name}" of ${nameOf(client)}`, async () => {
    try {
      await client.octokit.git.deleteRef({ ...placeOf(client), ref: `heads/${name}` });
      return true;
    } catch (thrown) {
      // It is gone already, or it is protected.
      if ([404, 422].includes(statusOf(thrown) ?? 0)) return (await readBranch(client, name)) === null;
      throw thrown;
    }
  });
}

export async function listCommits(
  client: GitHubClient,
  branch: string,
  limit: number,
): Promise<readonly CommitOutline[]> {
  const wanted = Math.min(limit, COMMITS_MAX);
  const commits: CommitOutline[] = [];
  const what = `list the commits of "${branch}" of ${nameOf(client)}`;
  await askGitHub(what, async () => {
    const per_page = Math.min(wanted, PAGE_MAX);
    const readFirst = () => client.octokit.repos.listCommits({ ...placeOf(client), sha: branch, per_page });
    const found = await nullWhenMissing(client, async () => {
      const pagesMax = Math.ceil(wanted / per_page);
      for await (const page of linkedPages(client, { what, pagesMax, readFirst })) {
        for (const { sha, commit } of parseAnswer(what, commitRecords, page)) {
          commits.push({ hash: sha, message: cut(commit.message, MESSAGE_MAX) });
        }
      }
      return commits;
    });
    if (found === null) throw branchMissing(branch);
  });
  return commits.slice(0, wanted);
}
