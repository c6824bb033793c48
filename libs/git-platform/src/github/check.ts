import { reportError } from '@tamma/domain';
import { readBranch } from './branches.ts';
import { grantProblems } from './check-grants.ts';
import { error, type GitHubProblem } from './check-problem.ts';
import type { GitHubClient } from './client.ts';
import type { GitHubConnection } from './connection.ts';
import { nameOf, type RepositoryRecord, readRepositoryRecord } from './repository.ts';
import { isSameAccount } from './roles.ts';

export interface GitHubProject {
  /** `owner/name`. */
  readonly repository: string;
  readonly baseBranch: string;
  /** The account as it is configured; empty or absent: whichever the credential belongs to. */
  readonly account?: string;
}

/** Every problem that would keep a project on GitHub from being worked on; nothing is changed there to find out. */
export async function checkGitHubProject(
  connection: GitHubConnection,
  project: GitHubProject,
): Promise<readonly GitHubProblem[]> {
  const { repository, baseBranch } = project;
  const account = await attempt('platform', () => connection.account());
  if (!account.ok) return [account.problem];
  const client = connection.clientOf({ repository, account: account.value });
  const shown = await attempt('repository', () => readRepositoryRecord(client));
  if (!shown.ok) return [shown.problem];
  const branch = await attempt('baseBranch', () => readBranch(client, baseBranch));
  const missing =
    branch.ok && branch.value === null ? [error('baseBranch', branchWords(baseBranch, shown.value))] : [];
  const grants = await attempt('platform', () => grantProblems(connection, client, shown.value));
  return [
    ...accountProblems(project, account.value),
    ...repositoryProblems(client, shown.value),
    ...(branch.ok ? missing : [branch.problem]),
    ...(grants.ok ? grants.value : [grants.problem]),
  ];
}

/** Under another name we would not know our own comments again. */
function accountProblems({ account = '' }: GitHubProject, ours: string): readonly GitHubProblem[] {
  if (account === '' || isSameAccount(account, ours)) return [];
  return [error('account', `the credential belongs to "${ours}". Write that, or leave it out`)];
}

function repositoryProblems(client: GitHubClient, shown: RepositoryRecord): readonly GitHubProblem[] {
  const name = nameOf(client);
  const problems: GitHubProblem[] = [];
  if (shown.full_name.toLowerCase() !== name.toLowerCase()) {
    const why = 'which git is not sent on to with our credential';
    problems.push(
      error('repository', `${name} was renamed to ${shown.full_name}, ${why}. Write its new name`),
    );
  }
  if (shown.archived)
    problems.push(error('repository', `${name} is archived. Unarchive it, or take the project out`));
  if (shown.disabled) problems.push(error('repository', `${name} is disabled by GitHub. Ask its owner`));
  if (shown.has_issues === false) {
    problems.push(error('repository', `issues are switched off for ${name}. Switch them on in its settings`));
  }
  return problems;
}

function branchWords(name: string, { default_branch }: RepositoryRecord): string {
  return `there is no branch "${name}". Push it, or name one that exists, such as "${default_branch}"`;
}

type Attempt<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: GitHubProblem };

async function attempt<Value>(path: string, read: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { ok: true, value: await read() };
  } catch (thrown) {
    const { message, remedy } = reportError(thrown);
    return { ok: false, problem: error(path, remedy === undefined ? message : `${message}. ${remedy}`) };
  }
}
