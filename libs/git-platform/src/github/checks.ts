import { type Check, TammaError } from '@tamma/domain';
import { z } from 'zod';
import { askOrRefused, parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import {
  type CheckRunRecord,
  checkRunRecord,
  type StatusRecord,
  statusRecord,
  type WorkflowRunRecord,
  workflowRunRecord,
} from './check-records.ts';
import { listAwaitedSuites } from './check-suites.ts';
import { checkRunsOfJobs } from './checks-of-jobs.ts';
import { presentChecks } from './checks-present.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { type Pages, readPages } from './read-pages.ts';

const PAGES_MAX = 30;

/** GitHub checks what it is told to, so this is never null; empty while nothing has reported. */
export async function readChecks(client: GitHubClient, commit: string): Promise<readonly Check[]> {
  const statuses = await listStatuses(client, commit);
  const seen = await listWorkflowRuns(client, commit);
  const workflowRuns = seen ?? [];
  const checkRuns = await listCheckRuns(client, commit, seen === null ? [] : [403]);
  if (checkRuns === null) {
    const jobs = await checkRunsOfJobs(client, workflowRuns);
    return presentChecks({ checkRuns: jobs, suites: [], statuses, workflowRuns });
  }
  const suites = await listAwaitedSuites(client, commit, { checkRuns, isActionsSeen: seen !== null });
  return presentChecks({ checkRuns, suites, statuses, workflowRuns });
}

/** Null where we may not see them; empty where Actions is switched off. */
async function listWorkflowRuns(
  client: GitHubClient,
  commit: string,
): Promise<readonly WorkflowRunRecord[] | null> {
  const what = `list the workflow runs of ${commit}`;
  const schema = z.object({ workflow_runs: workflowRunRecord.array() });
  let isForbidden = false;
  const pages = await readPages(PAGES_MAX, async (page) => {
    const list = { ...placeOf(client), head_sha: commit, ...page };
    const ask = () => client.octokit.rest.actions.listWorkflowRunsForRepo(list);
    const answer = await askOrRefused(what, [403, 404], ask);
    if (answer.ok) return parseAnswer(what, schema, answer.value.data).workflow_runs;
    isForbidden = answer.status === 403;
    return [];
  });
  return isForbidden ? null : complete(commit, pages);
}

/** Null where it is refused with one of these: GitHub lets no fine-grained token read the checks of a private repository. */
async function listCheckRuns(
  client: GitHubClient,
  commit: string,
  refusals: readonly number[],
): Promise<readonly CheckRunRecord[] | null> {
  const what = `list the checks of ${commit}`;
  const schema = z.object({ check_runs: checkRunRecord.array() });
  let isForbidden = false;
  const pages = await readPages(PAGES_MAX, async (page) => {
    const list = { ...placeOf(client), ref: commit, filter: 'latest', ...page } as const;
    const answer = await askOrRefused(what, refusals, () => client.octokit.rest.checks.listForRef(list));
    if (answer.ok) return parseAnswer(what, schema, answer.value.data).check_runs;
    isForbidden = true;
    return [];
  });
  return isForbidden ? null : complete(commit, pages);
}

/** The newest of each context: GitHub sorts that out. */
async function listStatuses(client: GitHubClient, commit: string): Promise<readonly StatusRecord[]> {
  const what = `list the statuses of ${commit}`;
  const schema = z.object({ statuses: statusRecord.array() });
  const pages = await readPages(PAGES_MAX, async (page) => {
    const list = { ...placeOf(client), ref: commit, ...page };
    const answer = await askGitHub(what, () => client.octokit.rest.repos.getCombinedStatusForRef(list));
    return parseAnswer(what, schema, answer.data).statuses;
  });
  return complete(commit, pages);
}

/** A red one might be among those that were not read. */
function complete<Item>(commit: string, { items, isCut }: Pages<Item>): readonly Item[] {
  if (!isCut) return items;
  throw new TammaError('CHECKS_TOO_MANY', `${commit} has more than ${items.length} checks`, {
    class: 'validation',
    remedy: 'Have fewer checks run on a pull request.',
  });
}
