import type { Check } from '@tamma/domain';
import { printCheckId } from './check-id.ts';
import {
  appIdOf,
  type CheckRunRecord,
  type CheckSuiteRecord,
  type CommitRecords,
  isOfActions,
  type StatusRecord,
  type WorkflowRunRecord,
} from './check-records.ts';
import { oneLine } from './one-line.ts';

const NAME_MAX = 1000;
const SUMMARY_MAX = 300;
const URL_MAX = 2000;

/** What a commit was checked by, each check once: as it is now. */
export function presentChecks(records: CommitRecords): readonly Check[] {
  const current = withoutSuperseded(records);
  const runBySuite = new Map(current.workflowRuns.map((run) => [run.check_suite_id, run]));
  const runs = latestRuns(current.checkRuns);
  return [
    ...runs.map((run) => presentRun(run, runBySuite.get(run.check_suite?.id))),
    ...current.workflowRuns.filter((run) => isWithoutJobs(run, current)).flatMap(presentWithoutJobs),
    ...current.suites.map(presentSuite),
    ...current.statuses.map(presentStatus),
  ];
}

/**
 * A workflow that was set going again by the same event, as when a pull request was made ready, takes the place of
 * its earlier run, which it may have cancelled. Two workflows may well have jobs of one name.
 */
function withoutSuperseded(records: CommitRecords): CommitRecords {
  const latest = new Map<string, WorkflowRunRecord>();
  for (const run of records.workflowRuns) {
    const key = `${run.workflow_id} ${run.event}`;
    if ((latest.get(key)?.id ?? 0) < run.id) latest.set(key, run);
  }
  const kept = new Set([...latest.values()].map(({ id }) => id));
  const old = records.workflowRuns.filter(({ id }) => !kept.has(id));
  const oldSuites = new Set(old.map(({ check_suite_id }) => check_suite_id));
  return {
    ...records,
    workflowRuns: [...latest.values()],
    checkRuns: records.checkRuns.filter(({ check_suite }) => !oldSuites.has(check_suite?.id)),
  };
}

/** The newest of each name and reporter; of Actions those of each suite, for it is a workflow's run. */
function latestRuns(runs: readonly CheckRunRecord[]): readonly CheckRunRecord[] {
  const latest = new Map<string, CheckRunRecord>();
  for (const run of runs) {
    const group = isOfActions(run) ? `suite ${run.check_suite?.id}` : `app ${appIdOf(run)}`;
    const key = `${group} ${run.name}`;
    if ((latest.get(key)?.id ?? 0) < run.id) latest.set(key, run);
  }
  return [...latest.values()].toSorted((one, other) => one.id - other.id);
}

/** It has just begun, could not begin at all, or is not let run yet. */
function isWithoutJobs({ id, check_suite_id }: WorkflowRunRecord, { checkRuns }: CommitRecords): boolean {
  return !checkRuns.some((run) => {
    const suite = run.check_suite?.id;
    return (suite !== undefined && suite === check_suite_id) || runIdIn(run.details_url) === id;
  });
}

function presentRun(run: CheckRunRecord, workflowRun: WorkflowRunRecord | undefined): Check {
  const runId = isOfActions(run) ? (workflowRun?.id ?? runIdIn(run.details_url)) : null;
  const id =
    runId === null
      ? ({ kind: 'report', checkRunId: run.id } as const)
      : ({ kind: 'job', runId, checkRunId: run.id } as const);
  return {
    name: run.name.slice(0, NAME_MAX),
    state: stateOf(run.status, run.conclusion),
    summary: summaryOf(run),
    url: urlOf(run.html_url ?? run.details_url),
    runId: printCheckId(id),
    attempt: workflowRun?.run_attempt ?? 1,
  };
}

/** Not of the documentation, but as GitHub has always written it: needed where Actions may not be read. */
function runIdIn(url: string | null | undefined): number | null {
  const [, id] = /\/actions\/runs\/(\d{1,15})\/job\/\d+/.exec(url ?? '') ?? [];
  return id === undefined ? null : Number(id);
}

function presentWithoutJobs(run: WorkflowRunRecord): readonly Check[] {
  const isHeld = run.conclusion === 'action_required';
  const state = isHeld ? 'pending' : stateOf(run.status ?? 'queued', run.conclusion);
  if (state === 'passed' || state === 'neutral') return [];
  const said = run.conclusion ?? run.status ?? 'queued';
  return [
    {
      name: oneLine(run.name ?? `workflow ${run.workflow_id}`, NAME_MAX),
      state,
      summary: isHeld ? 'somebody has to let it run' : `${said}, without jobs`,
      url: urlOf(run.html_url),
      runId: null,
      attempt: run.run_attempt ?? 1,
    },
  ];
}

function presentSuite({ id, app, status }: CheckSuiteRecord): Check {
  return {
    name: oneLine(app?.slug ?? `check suite ${id}`, NAME_MAX),
    state: 'pending',
    summary: oneLine(status ?? 'queued', SUMMARY_MAX),
    url: null,
    runId: null,
    attempt: 1,
  };
}

function presentStatus({ context, state, description, target_url }: StatusRecord): Check {
  const states: Readonly<Record<string, Check['state']>> = { success: 'passed', pending: 'pending' };
  return {
    name: context.slice(0, NAME_MAX),
    state: states[state] ?? 'failed',
    summary: oneLine(description ?? '', SUMMARY_MAX),
    url: urlOf(target_url),
    runId: null,
    attempt: 1,
  };
}

/** What is not known to be good is not: GitHub merges nothing on it either. */
function stateOf(status: string, conclusion: string | null | undefined): Check['state'] {
  if (status !== 'completed') return 'pending';
  if (conclusion === 'success') return 'passed';
  return conclusion === 'neutral' || conclusion === 'skipped' ? 'neutral' : 'failed';
}

function summaryOf({ output, conclusion, status }: CheckRunRecord): string {
  const written = [output?.title, output?.summary].filter((text) => typeof text === 'string' && text !== '');
  return oneLine(written.length === 0 ? (conclusion ?? status) : written.join(': '), SUMMARY_MAX);
}

/** Written by whoever reports; only addresses of pages are handed on. */
function urlOf(text: string | null | undefined): string | null {
  const url = URL.parse(text ?? '');
  const isPage = url !== null && ['http:', 'https:'].includes(url.protocol) && url.href.length <= URL_MAX;
  return isPage ? url.href : null;
}
