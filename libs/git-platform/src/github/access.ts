import type { Octokit } from '@octokit/rest';
import { TammaError } from '@tamma/domain';
import { readAppAccount, readTokenAccount } from './account.ts';
import { appTokens, findInstallation, installationTokens } from './app-tokens.ts';
import type { GitHubAuthentication, TokenSource } from './authentication.ts';
import { createExchange, type ExchangeOptions } from './exchange.ts';
import { createOctokit } from './octokit.ts';
import { type Pause, pause } from './pause.ts';

export interface GitHubConnectionOptions extends ExchangeOptions {
  /** Without a slash at its end; `https://host/api/v3` on an Enterprise Server. */
  readonly apiUrl: string;
  /** Where repositories are cloned from. */
  readonly serverUrl: string;
  /** Null: every call is refused with what to set. */
  readonly authentication: GitHubAuthentication | null;
  readonly log?: { warn(message: string): void };
  readonly pause?: Pause;
}

interface Granted {
  readonly octokit: Octokit;
  readonly tokens: TokenSource;
}

/** What may be called with our credential, and in whose name. */
export interface Access {
  to(repository: string): Granted;
  readAccount(): Promise<string>;
}

type Grant = (tokens: TokenSource) => Granted;

export function createAccess(options: GitHubConnectionOptions): Access {
  const { apiUrl, authentication, now = Date.now, pause: rest = pause, log } = options;
  const exchange = createExchange(options);
  const warn = (message: string): void => log?.warn(message);
  const grant: Grant = (tokens) => ({ octokit: createOctokit({ apiUrl, tokens, exchange, warn }), tokens });
  if (authentication?.kind === 'app') return appAccess({ app: authentication, grant, now, pause: rest });
  const granted = grant(authentication === null ? noTokens() : fixedToken(authentication.token));
  return { to: () => granted, readAccount: () => readTokenAccount(granted.octokit) };
}

interface AppAccess {
  readonly app: Extract<GitHubAuthentication, { kind: 'app' }>;
  readonly grant: Grant;
  readonly now: () => number;
  readonly pause: Pause;
}

/** An installation for each repository, unless one is named for all of them. */
function appAccess({ app, grant, now, pause }: AppAccess): Access {
  const { octokit } = grant(appTokens(app));
  const known = new Map<string, Granted>();
  const installed = (repository: string): Granted => {
    const [owner = '', repo = ''] = repository.split('/');
    const find = async () => app.installationId ?? (await findInstallation(octokit, owner, repo));
    const scope = `app-${app.appId}-${repository}`;
    return grant(installationTokens({ octokit, now, scope, findInstallation: find, pause }));
  };
  return {
    to: (repository) => {
      const key = app.installationId === null ? repository.toLowerCase() : '*';
      const granted = known.get(key) ?? installed(key);
      known.set(key, granted);
      return granted;
    },
    readAccount: () => readAppAccount(octokit),
  };
}

function fixedToken(token: string): TokenSource {
  return { scope: 'token', read: async () => token, renew: async () => null, grants: async () => null };
}

function noTokens(): TokenSource {
  const refuse = async (): Promise<never> => {
    throw new TammaError('GITHUB_TOKEN_MISSING', 'there is no credential for GitHub', {
      class: 'authentication',
      remedy: 'Set GITHUB_TOKEN, or GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY_PATH.',
    });
  };
  return { scope: 'none', read: refuse, renew: async () => null, grants: async () => null };
}
