import type { Check } from '@tamma/domain';
import { z } from 'zod';
import { askOrRefused, parseAnswer } from './answers.ts';
import { parseCheckId } from './check-id.ts';
import { endOfLog, readEnd } from './check-log-text.ts';
import { type GitHubClient, placeOf } from './client.ts';

/** No job that we may see, no log kept any longer. */
const REFUSALS: readonly number[] = [403, 404, 410];
/** Shorter than what a call may take as a whole, so that what came until then is not lost. */
const DEADLINE_MS = 20_000;
const ANNOTATIONS_MAX = 50;

const reportRecord = z.object({
  output: z
    .object({
      title: z.string().nullish(),
      summary: z.string().nullish(),
      text: z.string().nullish(),
      annotations_count: z.number().nullish(),
    })
    .nullish(),
});

const annotationRecord = z.object({
  path: z.string(),
  start_line: z.number().nullish(),
  annotation_level: z.string().nullish(),
  message: z.string().nullish(),
});

export async function readCheckLog(
  client: GitHubClient,
  { runId }: Pick<Check, 'runId'>,
  charactersMax: number,
): Promise<string> {
  const id = parseCheckId(runId);
  if (id === null) return '';
  const log = id.kind === 'job' ? await readJobLog(client, id.checkRunId, charactersMax) : null;
  const text = log ?? (await readReport(client, id.checkRunId));
  return endOfLog(text, charactersMax);
}

/** Null when there is none. It lies on another host, where fetch, like any that follows redirects, shows no credential. */
async function readJobLog(
  client: GitHubClient,
  jobId: number,
  charactersMax: number,
): Promise<string | null> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  return await valueOrNull(`show the log of job ${jobId}`, async () => {
    const { data } = await client.octokit.request('GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs', {
      ...placeOf(client),
      job_id: jobId,
      request: { parseSuccessResponseBody: false },
    });
    const body: unknown = data;
    return body instanceof ReadableStream ? await readEnd(body, { charactersMax, signal: deadline }) : null;
  });
}

/** What an App wrote about its check, and what it noted on lines of the change. */
async function readReport(client: GitHubClient, checkRunId: number): Promise<string> {
  const what = `show check ${checkRunId}`;
  const run = await valueOrNull(what, async () => {
    const answer = await client.octokit.rest.checks.get({ ...placeOf(client), check_run_id: checkRunId });
    return parseAnswer(what, reportRecord, answer.data);
  });
  const output = run?.output;
  if (!output) return '';
  const notes = (output.annotations_count ?? 0) > 0 ? await listAnnotations(client, checkRunId) : [];
  return [output.title, output.summary, output.text, ...notes].filter((part) => part).join('\n');
}

async function listAnnotations(client: GitHubClient, checkRunId: number): Promise<readonly string[]> {
  const what = `list what check ${checkRunId} noted`;
  const notes = await valueOrNull(what, async () => {
    const list = { ...placeOf(client), check_run_id: checkRunId, per_page: ANNOTATIONS_MAX };
    const answer = await client.octokit.rest.checks.listAnnotations(list);
    return parseAnswer(what, annotationRecord.array(), answer.data);
  });
  return (notes ?? []).map(
    ({ path, start_line, annotation_level, message }) =>
      `${path}:${start_line ?? 0}: ${annotation_level ?? 'note'}: ${message ?? ''}`,
  );
}

async function valueOrNull<Value>(what: string, make: () => Promise<Value>): Promise<Value | null> {
  const answer = await askOrRefused(what, REFUSALS, make);
  return answer.ok ? answer.value : null;
}
