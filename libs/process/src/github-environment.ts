import type { Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';
import { createEnvironmentReader, type EnvironmentReader, isPlainAddress } from './environment-reader.ts';
import { type GitHubCredentials, readGitHubCredentials } from './github-credentials.ts';

const API_URL = 'https://api.github.com';
const SERVER_URL = 'https://github.com';

export interface GitHubSettings {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** Null when no credential is set, which is no problem by itself: projects may lie elsewhere. */
  readonly authentication: GitHubCredentials | null;
  readonly webhookSecret: string | null;
  /** `owner/name`. */
  readonly repository: string | null;
}

export type ReadGitHubEnvironment =
  | { readonly ok: true; readonly settings: GitHubSettings }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * How GitHub is reached, and as whom. The token, the webhook's secret and the App's key may be read from files, whose
 * relative paths start at `folder`. Reports every problem at once, and shows nothing of a secret.
 */
export async function readGitHubEnvironment(
  environment: Environment,
  folder: string,
): Promise<ReadGitHubEnvironment> {
  const problems: ConfigProblem[] = [];
  const reader = createEnvironmentReader({ environment, folder }, problems);
  const settings: GitHubSettings = {
    ...readUrls(reader),
    authentication: await readGitHubCredentials(reader),
    webhookSecret: await reader.readSecret('GITHUB_WEBHOOK_SECRET'),
    repository: readRepository(reader),
  };
  return problems.length > 0 ? { ok: false, problems } : { ok: true, settings };
}

/** Both are of one server, whichever is named: the credential of one must never be shown to another. */
function readUrls(reader: EnvironmentReader): Pick<GitHubSettings, 'apiUrl' | 'serverUrl'> {
  const hasApi = reader.read('GITHUB_API_URL') !== null;
  const hasServer = reader.read('GITHUB_SERVER_URL') !== null;
  const apiUrl = readUrl(reader, 'GITHUB_API_URL', API_URL);
  const serverUrl = readUrl(reader, 'GITHUB_SERVER_URL', SERVER_URL);
  if (hasApi && !hasServer) return { apiUrl, serverUrl: serverUrlOf(apiUrl) };
  return hasServer && !hasApi ? { apiUrl: apiUrlOf(serverUrl), serverUrl } : { apiUrl, serverUrl };
}

/** GitHub's own clouds have their API on a host beside, an Enterprise Server below a path. */
const CLOUD = /^(?:[\w-]+\.ghe\.com|github\.com)$/i;

function serverUrlOf(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl);
  const beside = host.replace(/^api\./i, '');
  return `${protocol}//${CLOUD.test(beside) ? beside : host}`;
}

function apiUrlOf(serverUrl: string): string {
  const { protocol, host } = new URL(serverUrl);
  return CLOUD.test(host) ? `${protocol}//api.${host}` : `${serverUrl}/api/v3`;
}

function readUrl({ read, note }: EnvironmentReader, name: string, usual: string): string {
  const text = read(name);
  if (text === null) return usual;
  if (isPlainAddress(text)) return text.replace(/\/+$/, '');
  note(name, 'expected an address without credentials and query', `Write it like ${usual}.`);
  return usual;
}

function readRepository({ read, note }: EnvironmentReader): string | null {
  const text = read('GITHUB_REPOSITORY');
  if (text === null || /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[\w.-]{1,100}$/.test(text)) return text;
  note('GITHUB_REPOSITORY', 'expected owner/name, such as acme/till');
  return null;
}
