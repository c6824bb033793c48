import { z } from 'zod';
import { askOrRefused, parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import {
  appIdOf,
  type CheckRunRecord,
  type CheckSuiteRecord,
  checkRunRecord,
  checkSuiteRecord,
  isOfActions,
  isSilent,
} from './check-records.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { readPages } from './read-pages.ts';
import { readRepository } from './repository.ts';

const PAGES_MAX = 10;
const PAGES_OF_BASE_MAX = 3;

interface Known {
  readonly checkRuns: readonly CheckRunRecord[];
  /** Whether we see the workflow runs of Actions themselves. */
  readonly isActionsSeen: boolean;
}

/**
 * Suites in which nothing has been said, of Apps that are known to report. GitHub makes a suite for every App that
 * could check something, and most of them never do: those that reported on this commit, or on the latest of the
 * default branch, will.
 */
export async function listAwaitedSuites(
  client: GitHubClient,
  commit: string,
  { checkRuns, isActionsSeen }: Known,
): Promise<readonly CheckSuiteRecord[]> {
  const reporters = [...checkRuns, ...(await listRunsOfBase(client))].filter((run) => !isOfActions(run));
  const apps = new Set(reporters.flatMap((run) => appIdOf(run) ?? []));
  if (apps.size === 0 && isActionsSeen) return [];
  const known = new Set(checkRuns.map(({ check_suite }) => check_suite?.id));
  return (await listSuites(client, commit)).filter((suite) => {
    if (!isSilent(suite) || known.has(suite.id)) return false;
    if (isOfActions(suite)) return !isActionsSeen;
    return suite.status !== 'completed' && apps.has(appIdOf(suite) ?? 0);
  });
}

async function listRunsOfBase(client: GitHubClient): Promise<readonly CheckRunRecord[]> {
  const what = 'list the checks of the default branch';
  const schema = z.object({ check_runs: checkRunRecord.array() });
  const { defaultBranch: ref } = await readRepository(client);
  const { items } = await readPages(PAGES_OF_BASE_MAX, async (page) => {
    const list = { ...placeOf(client), ref, ...page };
    const answer = await askOrRefused(what, [404, 409, 422], () =>
      client.octokit.rest.checks.listForRef(list),
    );
    return answer.ok ? parseAnswer(what, schema, answer.value.data).check_runs : [];
  });
  return items;
}

async function listSuites(client: GitHubClient, ref: string): Promise<readonly CheckSuiteRecord[]> {
  const what = `list the check suites of ${ref}`;
  const schema = z.object({ check_suites: checkSuiteRecord.array() });
  const { items } = await readPages(PAGES_MAX, async (page) => {
    const list = { ...placeOf(client), ref, ...page };
    const answer = await askGitHub(what, () => client.octokit.rest.checks.listSuitesForRef(list));
    return parseAnswer(what, schema, answer.data).check_suites;
  });
  return items;
}
