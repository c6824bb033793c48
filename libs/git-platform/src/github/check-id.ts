/**
 * What we name a check by. A job of GitHub Actions has a log of its own and is run again with its workflow run;
 * whatever else an App reports has only what it wrote about it.
 */
export type CheckId =
  | { readonly kind: 'job'; readonly runId: number; readonly checkRunId: number }
  | { readonly kind: 'report'; readonly checkRunId: number };

export function printCheckId(id: CheckId): string {
  return id.kind === 'job' ? `job/${id.runId}/${id.checkRunId}` : `report/${id.checkRunId}`;
}

/** Null for what is none of ours. */
export function parseCheckId(text: string | null): CheckId | null {
  const [, runId, jobId] = /^job\/(\d{1,15})\/(\d{1,15})$/.exec(text ?? '') ?? [];
  if (runId !== undefined) return { kind: 'job', runId: Number(runId), checkRunId: Number(jobId) };
  const [, checkRunId] = /^report\/(\d{1,15})$/.exec(text ?? '') ?? [];
  return checkRunId === undefined ? null : { kind: 'report', checkRunId: Number(checkRunId) };
}
