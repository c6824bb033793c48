import type { Octokit } from '@octokit/rest';
import { askGitHub } from './ask-github.ts';
import { error, type GitHubProblem } from './check-problem.ts';
import { type GitHubClient, placeOf } from './client.ts';
import type { GitHubConnection } from './connection.ts';
import { statusOf } from './errors.ts';
import { nameOf, type RepositoryRecord } from './repository.ts';

interface Grant {
  /** As GitHub's settings call it. */
  readonly name: string;
  readonly access: 'read' | 'write';
}

const GRANTS: readonly (Grant & { readonly key: string })[] = [
  { key: 'contents', name: 'Contents', access: 'write' },
  { key: 'issues', name: 'Issues', access: 'write' },
  { key: 'pull_requests', name: 'Pull requests', access: 'write' },
  { key: 'checks', name: 'Checks', access: 'read' },
  { key: 'statuses', name: 'Commit statuses', access: 'read' },
  { key: 'actions', name: 'Actions', access: 'read' },
  { key: 'metadata', name: 'Metadata', access: 'read' },
];

/** Permissions that the credential lacks, each by the name under which it is granted. */
export async function grantProblems(
  connection: GitHubConnection,
  client: GitHubClient,
  shown: RepositoryRecord,
): Promise<readonly GitHubProblem[]> {
  const granted = await connection.grants(nameOf(client));
  if (granted !== null) return GRANTS.filter((grant) => !isGranted(granted[grant.key], grant)).map(lacking);
  if (shown.archived) return [];
  if (shown.permissions?.push !== true) return [mayNotPush(client)];
  const found: GitHubProblem[] = [];
  for (const probe of PROBES) {
    if (await isRefused(client, shown, probe)) found.push(lacking(probe));
  }
  return found;
}

function isGranted(level: string | undefined, { access }: Grant): boolean {
  return level === 'write' || level === 'admin' || (level === 'read' && access === 'read');
}

function lacking({ name, access }: Grant): GitHubProblem {
  const words = access === 'write' ? 'Read and write' : 'Read-only';
  return error('platform', `the credential lacks a permission. Grant it "${name}: ${words}"`);
}

function mayNotPush(client: GitHubClient): GitHubProblem {
  const who = `the account "${client.account}" may not push to ${nameOf(client)}`;
  return error('repository', `${who}. Give it the role Write, and its token the repository's contents`);
}

interface Probe extends Grant {
  readonly ask: (
    octokit: Octokit,
    place: ReturnType<typeof placeOf>,
    shown: RepositoryRecord,
  ) => Promise<unknown>;
}

const ZEROS = '0'.repeat(40);

/**
 * What a token may do is told nowhere; a fine-grained one may do less than its account. Each of these is refused
 * without the permission, and changes nothing with it: the writes name what cannot be.
 */
const PROBES: readonly Probe[] = [
  {
    name: 'Contents',
    access: 'write',
    ask: (octokit, place) => octokit.git.createRef({ ...place, ref: 'refs/heads/tamma-check', sha: ZEROS }),
  },
  {
    name: 'Issues',
    access: 'write',
    ask: (octokit, place) =>
      octokit.issues.addLabels({ ...place, issue_number: 999_999_999, labels: ['tamma'] }),
  },
  {
    name: 'Pull requests',
    access: 'write',
    ask: (octokit, place, { default_branch: base }) =>
      octokit.pulls.create({ ...place, head: base, base, title: 'tamma check' }),
  },
  {
    name: 'Checks',
    access: 'read',
    ask: (octokit, place, { default_branch: ref }) =>
      octokit.checks.listForRef({ ...place, ref, per_page: 1 }),
  },
  {
    name: 'Commit statuses',
    access: 'read',
    ask: (octokit, place, { default_branch: ref }) =>
      octokit.repos.getCombinedStatusForRef({ ...place, ref, per_page: 1 }),
  },
  {
    name: 'Actions',
    access: 'read',
    ask: (octokit, place) => octokit.actions.listWorkflowRunsForRepo({ ...place, per_page: 1 }),
  },
];

/** 403 without a word of limits; every other refusal comes after the permission was found good. */
async function isRefused(
  client: GitHubClient,
  shown: RepositoryRecord,
  { name, ask }: Probe,
): Promise<boolean> {
  return await askGitHub(`say whether "${name}" is granted`, async () => {
    try {
      await ask(client.octokit, placeOf(client), shown);
      return false;
    } catch (thrown) {
      const status = statusOf(thrown);
      if (status === 404 || status === 409 || status === 410 || status === 422) return false;
      if (status === 403 && !isLimit(thrown)) return true;
      throw thrown;
    }
  });
}

function isLimit(thrown: unknown): boolean {
  return thrown instanceof Error && /rate limit|abuse/i.test(thrown.message);
}
