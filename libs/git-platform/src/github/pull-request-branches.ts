import { z } from 'zod';
import { askOrRefused, parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';

const comparison = z.object({ ahead_by: z.int().min(0) });

export async function hasBranch(client: GitHubClient, branch: string): Promise<boolean> {
  const answer = await askOrRefused(`look for branch "${branch}"`, [404], () =>
    client.octokit.rest.repos.getBranch({ ...placeOf(client), branch }),
  );
  return answer.ok;
}

/** How many commits the head has that the base lacks. */
export async function commitsAhead(
  client: GitHubClient,
  { head, base }: { readonly head: string; readonly base: string },
): Promise<number> {
  const what = `compare "${head}" with "${base}"`;
  // One commit of one page: the number is all we want.
  const range = { basehead: `${base}...${head}`, page: 1, per_page: 1 };
  const answer = await askGitHub(what, () =>
    client.octokit.rest.repos.compareCommitsWithBasehead({ ...placeOf(client), ...range }),
  );
  return parseAnswer(what, comparison, answer.data).ahead_by;
}
