import type { Check } from '@tamma/domain';
import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { parseCheckId } from './check-id.ts';
import { readChecks } from './checks.ts';
import { rerunChecks } from './checks-rerun.ts';
import { checkRunJson, HEAD, repositoryJson, suiteJson, workflowRunJson } from './testing/records.ts';
import { type Script, scriptedGitHub } from './testing/scripted-github.ts';

const commit = `/commits/${HEAD}`;
const forbidden = { status: 403, json: { message: 'Resource not accessible by personal access token' } };
const sonar = { id: 77, slug: 'sonar' };

interface Seen {
  readonly runs?: readonly object[];
  readonly suites?: readonly object[];
  readonly statuses?: readonly object[];
  readonly workflowRuns?: readonly object[];
}

function tableOf({ runs = [], suites = [], statuses = [], workflowRuns = [] }: Seen): Record<string, Script> {
  return {
    [`GET ${commit}/check-runs`]: { json: { total_count: runs.length, check_runs: runs } },
    [`GET ${commit}/check-suites`]: { json: { total_count: suites.length, check_suites: suites } },
    [`GET ${commit}/status`]: { json: { state: 'pending', statuses } },
    'GET /': { json: repositoryJson() },
    'GET /commits/main/check-runs': { json: { check_runs: [] } },
    'GET /actions/runs': { json: { total_count: workflowRuns.length, workflow_runs: workflowRuns } },
  };
}

async function readWith(seen: Seen, more: Record<string, Script> = {}): Promise<readonly Check[]> {
  return await readChecks(scriptedGitHub({ ...tableOf(seen), ...more }).client, HEAD);
}

function outlineOf(checks: readonly Check[]): readonly string[] {
  return checks.map(({ name, state }) => `${name} ${state}`);
}

describe('checks on GitHub', () => {
  it('are none while nothing has reported', async () => {
    expect(await readWith({})).to.deep.equal([]);
  });

  it('are jobs, reports of Apps and statuses, each with what is known of it', async () => {
    const report = checkRunJson({
      id: 42,
      name: 'quality',
      app: sonar,
      check_suite: { id: 6 },
      conclusion: 'failure',
    });
    const output = { title: '3 bugs', summary: 'In two\nfiles' };
    const status = {
      context: 'deploy',
      state: 'error',
      description: 'no space',
      target_url: 'javascript:alert(1)',
    };
    const checks = await readWith({
      runs: [checkRunJson(), { ...report, output }],
      statuses: [status],
      workflowRuns: [workflowRunJson({ run_attempt: 2 })],
    });
    expect(checks).to.deep.equal([
      {
        name: 'test',
        state: 'passed',
        summary: 'success',
        url: 'https://github.test/acme/till/actions/runs/9/job/41',
        runId: 'job/9/41',
        attempt: 2,
      },
      {
        name: 'quality',
        state: 'failed',
        summary: '3 bugs: In two files',
        url: 'https://github.test/acme/till/actions/runs/9/job/41',
        runId: 'report/42',
        attempt: 1,
      },
      { name: 'deploy', state: 'failed', summary: 'no space', url: null, runId: null, attempt: 1 },
    ]);
  });

  it('count as good only by what GitHub calls good', async () => {
    const conclusions = [
      'success',
      'neutral',
      'skipped',
      'failure',
      'cancelled',
      'timed_out',
      'action_required',
      'x',
    ];
    const runs = conclusions.map((conclusion, index) =>
      checkRunJson({ id: index + 1, name: conclusion, conclusion }),
    );
    const waiting = ['queued', 'in_progress', 'waiting', 'requested', 'pending'].map((status, index) =>
      checkRunJson({ id: index + 20, name: status, status, conclusion: null }),
    );
    const states = (await readWith({ runs: [...runs, ...waiting] })).map(({ state }) => state);
    expect(states.slice(0, 3)).to.deep.equal(['passed', 'neutral', 'neutral']);
    expect(new Set(states.slice(3, 8))).to.deep.equal(new Set(['failed']));
    expect(new Set(states.slice(8))).to.deep.equal(new Set(['pending']));
  });

  it('of one name and App are the newest; of two workflows they are two', async () => {
    const old = checkRunJson({
      id: 50,
      name: 'quality',
      app: sonar,
      check_suite: { id: 6 },
      conclusion: 'failure',
    });
    const now = checkRunJson({ id: 51, name: 'quality', app: sonar, check_suite: { id: 7 } });
    const docs = checkRunJson({ id: 42, check_suite: { id: 8 }, conclusion: 'failure' });
    const workflowRuns = [workflowRunJson(), workflowRunJson({ id: 10, workflow_id: 4, check_suite_id: 8 })];
    const checks = await readWith({ runs: [now, old, checkRunJson(), docs], workflowRuns });
    expect(outlineOf(checks)).to.deep.equal(['test passed', 'test failed', 'quality passed']);
  });

  it('of a workflow that was set going again are those of its latest run', async () => {
    const cancelled = checkRunJson({ id: 40, check_suite: { id: 4 }, conclusion: 'cancelled' });
    const workflowRuns = [workflowRunJson({ id: 8, check_suite_id: 4 }), workflowRunJson()];
    const checks = await readWith({
      runs: [cancelled, checkRunJson()],
      suites: [suiteJson({ id: 4 })],
      workflowRuns,
    });
    expect(outlineOf(checks)).to.deep.equal(['test passed']);
  });

  describe('in a suite without runs', () => {
    const silent = (overrides: object) =>
      suiteJson({ status: 'queued', conclusion: null, latest_check_runs_count: 0, ...overrides });
    const idle = { id: 78, slug: 'idle' };
    const suites = [silent({ id: 5 }), silent({ id: 6, app: sonar }), silent({ id: 7, app: idle })];

    it('are awaited where the App reported on the default branch', async () => {
      const there = { json: { check_runs: [checkRunJson({ app: sonar })] } };
      const checks = await readWith({ suites }, { 'GET /commits/main/check-runs': there });
      expect(outlineOf(checks)).to.deep.equal(['sonar pending']);
    });

    it('are awaited where the App reported on this commit before', async () => {
      const earlier = checkRunJson({ app: sonar, name: 'quality', check_suite: { id: 4 } });
      const checks = await readWith({ suites, runs: [earlier] });
      expect(outlineOf(checks)).to.deep.equal(['quality passed', 'sonar pending']);
    });

    it('are not even asked for where Actions alone reports', async () => {
      const { client, routes } = scriptedGitHub(tableOf({ suites, runs: [checkRunJson()] }));
      expect(outlineOf(await readChecks(client, HEAD))).to.deep.equal(['test passed']);
      expect(routes()).not.to.include(`GET ${commit}/check-suites`);
    });

    it('are awaited of Actions itself where its runs may not be read', async () => {
      const checks = await readWith({ suites }, { 'GET /actions/runs': forbidden });
      expect(outlineOf(checks)).to.deep.equal(['github-actions pending']);
    });
  });

  it('are awaited of a workflow that has no jobs yet, or that somebody has to let run', async () => {
    const begun = workflowRunJson({ status: 'queued', conclusion: null });
    const held = workflowRunJson({ id: 10, workflow_id: 4, name: 'Deploy', conclusion: 'action_required' });
    const skipped = workflowRunJson({ id: 11, workflow_id: 5, conclusion: 'skipped' });
    const checks = await readWith({ workflowRuns: [begun, held, skipped] });
    expect(outlineOf(checks)).to.deep.equal(['CI pending', 'Deploy pending']);
  });

  it('are red where a workflow could not even begin', async () => {
    const checks = await readWith({ workflowRuns: [workflowRunJson({ conclusion: 'startup_failure' })] });
    expect(outlineOf(checks)).to.deep.equal(['CI failed']);
  });

  it('are read to the last page, or not at all', async () => {
    const page = (from: number, length: number) => ({
      json: {
        check_runs: Array.from({ length }, (_, index) =>
          checkRunJson({ id: from + index, name: `n${from + index}` }),
        ),
      },
    });
    const two = await readWith({}, { [`GET ${commit}/check-runs`]: [page(1, 100), page(101, 5)] });
    expect(two).to.have.length(105);
    const endless = readWith({}, { [`GET ${commit}/check-runs`]: page(1, 100) });
    expect(await refusalOf(endless)).to.include({ code: 'CHECKS_TOO_MANY' });
  });

  it('are the jobs of Actions where the token may not read checks', async () => {
    const job = { id: 41, name: 'test', status: 'completed', conclusion: 'failure', html_url: null };
    const checks = await readWith(
      {
        workflowRuns: [workflowRunJson({ run_attempt: 3 })],
        statuses: [{ context: 'deploy', state: 'success' }],
      },
      { [`GET ${commit}/check-runs`]: forbidden, 'GET /actions/runs/9/jobs': { json: { jobs: [job] } } },
    );
    expect(outlineOf(checks)).to.deep.equal(['test failed', 'deploy passed']);
    expect(checks[0]).to.include({ runId: 'job/9/41', attempt: 3 });
  });

  it('are not taken for none where neither checks nor Actions may be read', async () => {
    const more = { [`GET ${commit}/check-runs`]: forbidden, 'GET /actions/runs': forbidden };
    expect(await refusalOf(readWith({}, more))).to.include({ class: 'authentication' });
  });

  it('keep their run and name it where Actions may not be read', async () => {
    const checks = await readWith({ runs: [checkRunJson()] }, { 'GET /actions/runs': forbidden });
    expect(checks[0]).to.include({ runId: 'job/9/41', attempt: 1 });
  });

  it('have ids that are read back, and no others', () => {
    expect(parseCheckId('job/9/41')).to.deep.equal({ kind: 'job', runId: 9, checkRunId: 41 });
    expect(parseCheckId('report/42')).to.deep.equal({ kind: 'report', checkRunId: 42 });
    for (const odd of [null, '', 'job/9', 'job/9/41/1', 'report/../1', 'x'])
      expect(parseCheckId(odd)).to.equal(null);
  });
});

describe('running checks of GitHub again', () => {
  const failed = (runId: string | null): Check => ({
    name: 'test',
    state: 'failed',
    summary: '',
    url: null,
    runId,
    attempt: 1,
  });
  const rerun9 = 'POST /actions/runs/9/rerun-failed-jobs';

  it('asks once for each workflow run, for the failed ones alone', async () => {
    const { client, routes } = scriptedGitHub({ [rerun9]: { status: 201 } });
    const passed: Check = { ...failed('job/8/40'), state: 'passed' };
    expect(await rerunChecks(client, [failed('job/9/41'), failed('job/9/42'), passed])).to.equal(true);
    expect(routes()).to.deep.equal([rerun9]);
  });

  it('runs none again when one of them cannot be', async () => {
    const { client, routes } = scriptedGitHub({});
    expect(await rerunChecks(client, [failed('job/9/41'), failed('report/42')])).to.equal(false);
    expect(await rerunChecks(client, [failed('job/9/41'), failed(null)])).to.equal(false);
    expect(await rerunChecks(client, [])).to.equal(false);
    expect(routes()).to.deep.equal([]);
  });

  it('is false when GitHub refuses, and true when they run again already', async () => {
    for (const status of [403, 404, 422]) {
      const refused = { status, json: { message: 'no' } };
      const done = { [rerun9]: refused, 'GET /actions/runs/9': { json: { status: 'completed' } } };
      expect(await rerunChecks(scriptedGitHub(done).client, [failed('job/9/41')])).to.equal(false);
      const again = { [rerun9]: refused, 'GET /actions/runs/9': { json: { status: 'queued' } } };
      expect(await rerunChecks(scriptedGitHub(again).client, [failed('job/9/41')])).to.equal(true);
    }
  });
});
