import type { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { statusOf } from './errors.ts';

const user = z.object({ login: z.string().min(1) });
const viewer = z.object({ viewer: user });
const app = z.object({ slug: z.string().min(1) });

/** Login of the account a token belongs to; the token of a CI job may not ask for its user, but for its viewer. */
export async function readTokenAccount(octokit: Octokit): Promise<string> {
  const what = 'say whose token this is';
  return await askGitHub(what, async () => {
    try {
      return parseAnswer(what, user, (await octokit.users.getAuthenticated()).data).login;
    } catch (thrown) {
      if (statusOf(thrown) !== 403) throw thrown;
      return parseAnswer(what, viewer, await octokit.graphql('{ viewer { login } }')).viewer.login;
    }
  });
}

/** The name under which an App comments and commits. */
export async function readAppAccount(octokit: Octokit): Promise<string> {
  const what = 'say which App this is';
  return await askGitHub(what, async () => {
    const { data } = await octokit.apps.getAuthenticated();
    return `${parseAnswer(what, app, data).slug}[bot]`;
  });
}
