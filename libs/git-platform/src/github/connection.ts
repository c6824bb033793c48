import type { GitCredential } from '../git-platform.ts';
import { createAccess, type GitHubConnectionOptions } from './access.ts';
import type { GitHubAuthentication } from './authentication.ts';
import type { GitHubClient } from './client.ts';

/** One per process, shared by its projects: they share the limits of one account. Nothing is called before it is used. */
export interface GitHubConnection {
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly authentication: GitHubAuthentication['kind'] | null;
  /** Login of the account behind the credential, `slug[bot]` for an App. */
  account(): Promise<string>;
  /** For git, good for ten minutes at least. */
  credential(repository: string): Promise<GitCredential>;
  /** Permissions of the App's installation, such as `contents: write`; null for a token, which tells nothing of its own. */
  grants(repository: string): Promise<Readonly<Record<string, string>> | null>;
  clientOf(project: { readonly repository: string; readonly account: string }): GitHubClient;
}

export function createGitHubConnection(options: GitHubConnectionOptions): GitHubConnection {
  const { apiUrl, serverUrl, authentication } = options;
  const access = createAccess(options);
  let account: Promise<string> | null = null;
  return {
    apiUrl,
    serverUrl,
    authentication: authentication?.kind ?? null,
    account: async () => {
      account ??= access.readAccount().catch((thrown: unknown) => {
        account = null;
        throw thrown;
      });
      return await account;
    },
    credential: async (repository) => ({
      username: 'x-access-token',
      password: await access.to(repository).tokens.read(),
    }),
    grants: (repository) => access.to(repository).tokens.grants(),
    clientOf: ({ repository, account: ours }) => {
      const [owner = '', repo = ''] = repository.split('/');
      return { octokit: access.to(repository).octokit, owner, repo, account: ours };
    },
  };
}
