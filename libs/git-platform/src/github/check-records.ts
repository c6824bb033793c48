import { z } from 'zod';

const app = z.object({ id: z.number().nullish(), slug: z.string().nullish() }).nullish();

export const checkRunRecord = z.object({
  id: z.int().positive(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  details_url: z.string().nullish(),
  html_url: z.string().nullish(),
  output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).nullish(),
  check_suite: z.object({ id: z.number() }).nullish(),
  app,
});
export type CheckRunRecord = z.output<typeof checkRunRecord>;

export const checkSuiteRecord = z.object({
  id: z.number(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  latest_check_runs_count: z.number().nullish(),
  app,
});
export type CheckSuiteRecord = z.output<typeof checkSuiteRecord>;

export const statusRecord = z.object({
  context: z.string(),
  state: z.string(),
  description: z.string().nullish(),
  target_url: z.string().nullish(),
});
export type StatusRecord = z.output<typeof statusRecord>;

/** A run of a workflow of GitHub Actions. */
export const workflowRunRecord = z.object({
  id: z.int().positive(),
  name: z.string().nullish(),
  workflow_id: z.number(),
  event: z.string(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
  run_attempt: z.number().nullish(),
  check_suite_id: z.number().nullish(),
});
export type WorkflowRunRecord = z.output<typeof workflowRunRecord>;

/** A job of such a run; its number is that of its check run. */
export const jobRecord = z.object({
  id: z.int().positive(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
});

/** What the platform has to say about one commit, before it comes to checks. */
export interface CommitRecords {
  readonly checkRuns: readonly CheckRunRecord[];
  /** Those alone that are awaited. */
  readonly suites: readonly CheckSuiteRecord[];
  readonly statuses: readonly StatusRecord[];
  readonly workflowRuns: readonly WorkflowRunRecord[];
}

export function isOfActions({ app: reporter }: Pick<CheckRunRecord, 'app'>): boolean {
  return reporter?.slug === 'github-actions';
}

/** Null for a suite that belongs to no App any more. */
export function appIdOf({ app: reporter }: Pick<CheckRunRecord, 'app'>): number | null {
  return reporter?.id ?? null;
}

/** A suite that was made for an App and in which it has not said anything. */
export function isSilent({ latest_check_runs_count }: CheckSuiteRecord): boolean {
  return latest_check_runs_count === 0;
}
