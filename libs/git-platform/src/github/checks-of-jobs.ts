import { z } from 'zod';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type CheckRunRecord, jobRecord, type WorkflowRunRecord } from './check-records.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { readPages } from './read-pages.ts';

const PAGES_MAX = 10;

/**
 * Check runs made of the jobs of Actions, for a token that may not read checks. What other Apps report it does not
 * show: where the base branch demands such a check it stays awaited, and nothing is merged without it.
 */
export async function checkRunsOfJobs(
  client: GitHubClient,
  runs: readonly WorkflowRunRecord[],
): Promise<readonly CheckRunRecord[]> {
  const all: CheckRunRecord[] = [];
  for (const run of runs) {
    const what = `list the jobs of workflow run ${run.id}`;
    const schema = z.object({ jobs: jobRecord.array() });
    const { items } = await readPages(PAGES_MAX, async (page) => {
      const list = { ...placeOf(client), run_id: run.id, filter: 'latest', ...page } as const;
      const answer = await askGitHub(what, () => client.octokit.rest.actions.listJobsForWorkflowRun(list));
      return parseAnswer(what, schema, answer.data).jobs;
    });
    all.push(...items.map((job) => checkRunOf(job, run)));
  }
  return all;
}

function checkRunOf(job: z.output<typeof jobRecord>, { check_suite_id }: WorkflowRunRecord): CheckRunRecord {
  const check_suite = typeof check_suite_id === 'number' ? { id: check_suite_id } : null;
  return { ...job, check_suite, details_url: job.html_url, app: { slug: 'github-actions' } };
}
