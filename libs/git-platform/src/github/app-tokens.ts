import { createAppAuth } from '@octokit/auth-app';
import type { Octokit } from '@octokit/rest';
import { TammaError } from '@tamma/domain';
import { z } from 'zod';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import type { GitHubAuthentication, TokenSource } from './authentication.ts';
import { statusOf } from './errors.ts';
import type { Pause } from './pause.ts';
import { serverTimeMs } from './rate-limit.ts';

/** They live for an hour; a clone that begins now must end before its token does. */
const RENEW_BEFORE_MS = 10 * 60_000;
/** A token that is refused when it is this young is not helped by another one. */
const YOUNG_MS = 60_000;
/** Not every server of GitHub's knows a token at once: for so long it is shown again, after a rest. */
const NEW_MS = 5000;
const REST_MS = 2000;

const tokenRecord = z.object({
  // Anything else would end up, whole, in the complaint of whoever makes a header of it.
  token: z.string().regex(/^[\x21-\x7e]{1,2000}$/),
  expires_at: z.iso.datetime({ offset: true }),
  permissions: z.record(z.string(), z.string()).default({}),
});
const installationRecord = z.object({ id: z.int() });

type App = Extract<GitHubAuthentication, { kind: 'app' }>;

interface InstallationToken {
  readonly token: string;
  readonly madeAtMs: number;
  readonly expiresAtMs: number;
  readonly grants: Readonly<Record<string, string>>;
}

/** The App itself, which may ask for tokens and about its installations and nothing else. */
export function appTokens({ appId, privateKey }: App): TokenSource {
  const authenticate = createAppAuth({ appId, privateKey });
  return {
    scope: `app-${appId}`,
    read: async () => (await authenticate({ type: 'app' })).token,
    renew: async () => null,
    grants: async () => null,
  };
}

export interface InstallationOptions {
  readonly octokit: Octokit;
  readonly now: () => number;
  readonly scope: string;
  readonly findInstallation: () => Promise<number>;
  readonly pause: Pause;
}

/** Tokens of one installation of the App, each used until shortly before it lapses; made once, whoever asks meanwhile. */
export function installationTokens({
  octokit,
  now,
  scope,
  findInstallation,
  pause,
}: InstallationOptions): TokenSource {
  let current: InstallationToken | null = null;
  let making: Promise<InstallationToken> | null = null;
  const make = async (): Promise<InstallationToken> => {
    const madeAtMs = now();
    const installation_id = await findInstallation();
    const what = 'give the App a token for its installation';
    const { data, headers } = await askGitHub(what, () =>
      octokit.apps.createInstallationAccessToken({ installation_id }),
    );
    const { token, expires_at, permissions } = parseAnswer(what, tokenRecord, data);
    // How long it lives is told by their clock alone: ours may be wrong.
    const livesMs =
      Date.parse(expires_at) - serverTimeMs(new Headers({ date: headers.date ?? '' }), madeAtMs);
    return { token, madeAtMs, expiresAtMs: madeAtMs + livesMs, grants: permissions };
  };
  const renew = async (): Promise<InstallationToken> => {
    making ??= make().finally(() => {
      making = null;
    });
    current = await making;
    return current;
  };
  const fresh = async (): Promise<InstallationToken> => {
    const isFresh = current !== null && current.expiresAtMs - now() > RENEW_BEFORE_MS;
    return isFresh && current !== null ? current : await renew();
  };
  return {
    scope,
    read: async () => (await fresh()).token,
    grants: async () => (await fresh()).grants,
    renew: async (refused) => {
      if (current !== null && current.token !== refused) return current.token;
      const ageMs = current === null ? YOUNG_MS : now() - current.madeAtMs;
      if (ageMs >= YOUNG_MS) return (await renew()).token;
      if (ageMs >= NEW_MS) return null;
      await pause(REST_MS);
      return refused;
    },
  };
}

/** Which installation of the App covers a repository. */
export async function findInstallation(octokit: Octokit, owner: string, repo: string): Promise<number> {
  const what = `find the App's installation for ${owner}/${repo}`;
  return await askGitHub(what, async () => {
    try {
      const { data } = await octokit.apps.getRepoInstallation({ owner, repo });
      return parseAnswer(what, installationRecord, data).id;
    } catch (thrown) {
      throw statusOf(thrown) === 404 ? notInstalled(owner, repo) : thrown;
    }
  });
}

function notInstalled(owner: string, repo: string): TammaError {
  return new TammaError('GITHUB_APP_NOT_INSTALLED', `the GitHub App is not installed for ${owner}/${repo}`, {
    class: 'authentication',
    remedy: `Install the App for ${owner} and let it at ${repo}, or check GITHUB_APP_ID.`,
  });
}
