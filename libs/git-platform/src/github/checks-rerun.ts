import type { Check } from '@tamma/domain';
import { z } from 'zod';
import { askOrRefused, parseAnswer } from './answers.ts';
import { parseCheckId } from './check-id.ts';
import { type GitHubClient, placeOf } from './client.ts';

const REFUSALS: readonly number[] = [403, 404, 409, 422];

/** True when all that failed runs again; where one cannot, none is: the commit would stay red all the same. */
export async function rerunChecks(client: GitHubClient, checks: readonly Check[]): Promise<boolean> {
  const failed = checks.filter(({ state }) => state === 'failed').map(({ runId }) => parseCheckId(runId));
  const runIds = new Set(failed.map((id) => (id?.kind === 'job' ? id.runId : null)));
  if (runIds.size === 0 || runIds.has(null)) return false;
  for (const runId of runIds) {
    if (runId === null || !(await rerunFailedJobs(client, runId))) return false;
  }
  return true;
}

async function rerunFailedJobs(client: GitHubClient, runId: number): Promise<boolean> {
  const answer = await askOrRefused(`run the failed jobs of workflow run ${runId} again`, REFUSALS, () =>
    client.octokit.rest.actions.reRunWorkflowFailedJobs({ ...placeOf(client), run_id: runId }),
  );
  return answer.ok || (await isRunning(client, runId));
}

/** GitHub refuses to run again what somebody has set going already. */
async function isRunning(client: GitHubClient, runId: number): Promise<boolean> {
  const what = `show workflow run ${runId}`;
  const answer = await askOrRefused(what, REFUSALS, () =>
    client.octokit.rest.actions.getWorkflowRun({ ...placeOf(client), run_id: runId }),
  );
  if (!answer.ok) return false;
  return (
    parseAnswer(what, z.object({ status: z.string().nullish() }), answer.value.data).status !== 'completed'
  );
}
