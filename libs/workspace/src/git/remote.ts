import type { Credential, OpenRequest } from '../workspace.ts';
import { type Git, type GitOptions, type GitResult, REMOTE_TIMEOUT_MS } from './git.ts';
import { hideCredentials } from './git-failure.ts';

/** The repository's host, as git on one checkout reaches it. */
export interface Remote {
  readonly url: string;
  /** Git with the credential of this very moment; no secret is in what it gives back or throws. */
  run(args: readonly string[], options?: GitOptions): Promise<GitResult>;
}

export type RemoteSource = Pick<OpenRequest, 'cloneUrl' | 'readCredential'>;

export function remoteOf(git: Git, { cloneUrl, readCredential }: RemoteSource): Remote {
  return {
    url: cloneUrl,
    run: async (args, options = {}) => {
      // Asked anew for each call: what an App is given lapses within the hour.
      const credential = (await readCredential?.()) ?? null;
      const origin = httpOriginOf(cloneUrl);
      const access = credential === null || origin === null ? null : accessTo(origin, credential);
      const result = await git.run(args, { timeoutMs: REMOTE_TIMEOUT_MS, ...options, ...access });
      const shown = hideCredentials(result.stdout.toString('utf8'), access?.secrets);
      return { ...result, stdout: Buffer.from(shown) };
    },
  };
}

/** Null for what is not reached over HTTP and so has ways of its own, such as a path or SSH. */
function httpOriginOf(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed !== null && /^https?:$/.test(parsed.protocol) ? parsed.origin : null;
}

/**
 * The environment of that one process: unlike an argument or a file, nobody else can read it. The setting is bound to
 * the origin, and `http.followRedirects` is off, so no other host is ever shown the header.
 */
function accessTo(origin: string, { username, password }: Credential): Pick<GitOptions, 'env' | 'secrets'> {
  const encoded = Buffer.from(`${username}:${password}`, 'utf8').toString('base64');
  return {
    env: {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: Basic ${encoded}`,
    },
    secrets: [encoded, password, encodeURIComponent(password)],
  };
}
