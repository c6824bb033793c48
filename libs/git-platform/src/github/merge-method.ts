import { z } from 'zod';
import type { MergeMethod, MergeResult } from '../git-platform.ts';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { methodRefused } from './merge-obstacle.ts';

const settings = z.object({
  allow_merge_commit: z.boolean().nullish(),
  allow_squash_merge: z.boolean().nullish(),
  allow_rebase_merge: z.boolean().nullish(),
});

/** Null when the repository allows the method, or does not show us what it allows. */
export async function judgeMethod(client: GitHubClient, method: MergeMethod): Promise<MergeResult | null> {
  const what = 'show the settings of the repository';
  const { data } = await askGitHub(what, () => client.octokit.rest.repos.get(placeOf(client)));
  const shown = parseAnswer(what, settings, data);
  const allowed: Readonly<Record<MergeMethod, boolean | null | undefined>> = {
    merge: shown.allow_merge_commit,
    squash: shown.allow_squash_merge,
    rebase: shown.allow_rebase_merge,
  };
  if (allowed[method] !== false) return null;
  const methods: readonly MergeMethod[] = ['merge', 'squash', 'rebase'];
  return methodRefused(
    method,
    methods.filter((one) => allowed[one] === true),
  );
}
