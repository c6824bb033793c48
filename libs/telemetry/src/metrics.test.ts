import type { AiUsage } from '@tamma/domain';
import { buildEvent, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { createMetrics, type Metrics } from './metrics.ts';

/** Lines of one metric, without help, type and `_bucket`. */
async function seriesOf(metrics: Metrics, name: string): Promise<string[]> {
  const text = await metrics.render();
  return text.split('\n').filter((line) => line.startsWith(name) && !line.startsWith(`${name}_bucket`));
}

function usage(overrides: Partial<AiUsage> = {}): AiUsage {
  return {
    inputTokens: 100,
    outputTokens: 20,
    cacheReadTokens: 5,
    cacheWriteTokens: 0,
    costUsd: 0.25,
    ...overrides,
  };
}

const ERROR = { code: 'AWAY', class: 'network', message: 'away' } as const;

describe('metrics', () => {
  it('counts how workflows and tasks ended, and how long tasks took', async () => {
    const metrics = createMetrics();
    const task = { stepId: 'implement' };
    metrics.observeEvent(buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }));
    metrics.observeEvent(buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'gone' }));
    metrics.observeEvent(buildEvent('WORKFLOW.FAILED.PERMANENT', { error: ERROR }));
    metrics.observeEvent(buildEvent('TASK.COMPLETED.SUCCESS', { result: 1, durationMs: 1_500 }, task));
    metrics.observeEvent(buildEvent('TASK.FAILED.PERMANENT', { error: ERROR, retryCount: 3 }, task));
    metrics.observeEvent(
      buildEvent('TASK.RETRY.SCHEDULED', { error: ERROR, retryCount: 1, retryDelayMs: 1 }, task),
    );
    expect(await seriesOf(metrics, 'tamma_workflows_ended_total')).to.deep.equal([
      'tamma_workflows_ended_total{status="completed"} 1',
      'tamma_workflows_ended_total{status="cancelled"} 1',
      'tamma_workflows_ended_total{status="failed"} 1',
    ]);
    expect(await seriesOf(metrics, 'tamma_tasks_ended_total')).to.deep.equal([
      'tamma_tasks_ended_total{step="implement",outcome="completed"} 1',
      'tamma_tasks_ended_total{step="implement",outcome="failed"} 1',
    ]);
    expect(await seriesOf(metrics, 'tamma_task_duration_seconds')).to.deep.equal([
      'tamma_task_duration_seconds_sum{step="implement"} 1.5',
      'tamma_task_duration_seconds_count{step="implement"} 1',
    ]);
    expect(await seriesOf(metrics, 'tamma_task_retries_total')).to.deep.equal([
      'tamma_task_retries_total{class="network"} 1',
    ]);
  });

  it('adds up tokens, money and gates', async () => {
    const metrics = createMetrics();
    const answer = { provider: 'scripted', model: 'm1', durationMs: 1 };
    const gate = { gate: 'test', commit: 'c', summary: '', durationMs: 1 } as const;
    metrics.observeEvent(buildEvent('AI.RESPONSE.RECEIVED', { ...answer, usage: usage() }));
    metrics.observeEvent(buildEvent('AI.RESPONSE.RECEIVED', { ...answer, usage: usage({ inputTokens: 1 }) }));
    metrics.observeEvent(buildEvent('GATE.RAN.SUCCESS', gate));
    metrics.observeEvent(buildEvent('GATE.RAN.FAILED', gate));
    expect(await seriesOf(metrics, 'tamma_ai_tokens_total')).to.deep.equal([
      'tamma_ai_tokens_total{provider="scripted",model="m1",direction="input"} 101',
      'tamma_ai_tokens_total{provider="scripted",model="m1",direction="output"} 40',
      'tamma_ai_tokens_total{provider="scripted",model="m1",direction="cache_read"} 10',
      'tamma_ai_tokens_total{provider="scripted",model="m1",direction="cache_write"} 0',
    ]);
    expect(await seriesOf(metrics, 'tamma_ai_cost_usd_total')).to.deep.equal([
      'tamma_ai_cost_usd_total{provider="scripted",model="m1"} 0.5',
    ]);
    expect(await seriesOf(metrics, 'tamma_gate_runs_total')).to.deep.equal([
      'tamma_gate_runs_total{gate="test",result="passed"} 1',
      'tamma_gate_runs_total{gate="test",result="failed"} 1',
    ]);
    expect(await seriesOf(metrics, 'tamma_events_total')).to.deep.include(
      'tamma_events_total{type="AI.RESPONSE.RECEIVED"} 2',
    );
  });

  it('counts what models tried, what became of it, and where money ran out', async () => {
    const metrics = createMetrics();
    const { 'AI.AGENT.ENDED': ended, 'AI.ACTION.REFUSED': refused } = SAMPLE_DATA;
    metrics.observeEvent(buildEvent('AI.AGENT.ENDED', ended));
    metrics.observeEvent(buildEvent('AI.AGENT.ENDED', { ...ended, result: 'gave-up' }));
    metrics.observeEvent(buildEvent('AI.ACTION.REFUSED', refused));
    metrics.observeEvent(buildEvent('AI.ACTION.REFUSED', { ...refused, rule: 'secret' }));
    metrics.observeEvent(buildEvent('AI.ACTION.REFUSED', refused));
    for (const type of ['BUDGET.WARNED.SUCCESS', 'BUDGET.EXHAUSTED.SUCCESS'] as const) {
      metrics.observeEvent(buildEvent(type, SAMPLE_DATA[type]));
    }
    const labels = 'provider="anthropic",model="claude-sonnet-5-5",step="code-generation"';
    expect(await seriesOf(metrics, 'tamma_ai_conversations_total')).to.deep.equal([
      `tamma_ai_conversations_total{${labels},result="done"} 1`,
      `tamma_ai_conversations_total{${labels},result="gave-up"} 1`,
    ]);
    expect(await seriesOf(metrics, 'tamma_ai_actions_refused_total')).to.deep.equal([
      'tamma_ai_actions_refused_total{rule="path"} 2',
      'tamma_ai_actions_refused_total{rule="secret"} 1',
    ]);
    expect(await seriesOf(metrics, 'tamma_budgets_warned_total')).to.deep.equal([
      'tamma_budgets_warned_total{level="workflow"} 1',
    ]);
    expect(await seriesOf(metrics, 'tamma_budgets_exhausted_total')).to.deep.equal([
      'tamma_budgets_exhausted_total{level="project"} 1',
    ]);
  });

  it('keeps every label bounded, whatever comes from outside', async () => {
    const metrics = createMetrics();
    for (let index = 0; index < 1_000; index += 1) {
      const data = { provider: `p${index}`, model: `m${index}`, durationMs: 1, usage: usage() };
      metrics.observeEvent(buildEvent('AI.RESPONSE.RECEIVED', data));
      metrics.observeEvent(
        buildEvent('TASK.COMPLETED.SUCCESS', { result: 1, durationMs: 1 }, { stepId: `s${index}` }),
      );
      const ended = { ...SAMPLE_DATA['AI.AGENT.ENDED'], ...data, step: 's0' };
      metrics.observeEvent(buildEvent('AI.AGENT.ENDED', ended));
      metrics.observeHttp({ method: `M${index}`, route: `/r${index}`, status: 200, durationMs: 1 });
    }
    expect(await seriesOf(metrics, 'tamma_tasks_ended_total')).to.have.length(61);
    expect(await seriesOf(metrics, 'tamma_ai_cost_usd_total')).to.have.length(31);
    expect(await seriesOf(metrics, 'tamma_ai_conversations_total')).to.have.length(31);
    expect(await seriesOf(metrics, 'tamma_http_request_duration_seconds_count')).to.have.length(101);
    expect((await seriesOf(metrics, 'tamma_tasks_ended_total')).at(-1)).to.equal(
      'tamma_tasks_ended_total{step="other",outcome="completed"} 940',
    );
  });

  it('reads gauges at every scrape, with labels or without', async () => {
    const metrics = createMetrics();
    let depth = 3;
    metrics.gauge({ name: 'tamma_workers', help: 'Workers alive', collect: () => [{ value: depth }] });
    metrics.gauge({
      name: 'tamma_queue_depth',
      help: 'Tasks that wait',
      labelNames: ['queue'],
      collect: async () => (depth > 3 ? [{ labels: { queue: 'ai' }, value: depth }] : []),
    });
    expect(await seriesOf(metrics, 'tamma_workers')).to.deep.equal(['tamma_workers 3']);
    expect(await seriesOf(metrics, 'tamma_queue_depth')).to.deep.equal([]);
    depth = 4;
    expect(await seriesOf(metrics, 'tamma_workers')).to.deep.equal(['tamma_workers 4']);
    expect(await seriesOf(metrics, 'tamma_queue_depth')).to.deep.equal(['tamma_queue_depth{queue="ai"} 4']);
  });

  it('shows nothing for a gauge that cannot be read or does not answer, and all the rest', async () => {
    const metrics = createMetrics({ collectTimeoutMs: 20 });
    let isAway = false;
    metrics.gauge({
      name: 'tamma_lag',
      help: 'Entries not recorded',
      collect: () => (isAway ? Promise.reject(new Error('redis is away')) : [{ value: 7 }]),
    });
    metrics.gauge({
      name: 'tamma_stuck',
      help: 'Never',
      collect: () => Promise.withResolvers<never>().promise,
    });
    expect(await seriesOf(metrics, 'tamma_lag')).to.deep.equal(['tamma_lag 7']);
    isAway = true;
    const text = await metrics.render();
    expect(text).not.to.match(/^tamma_lag \d/m);
    expect(text).not.to.match(/^tamma_stuck /m);
    expect(text).to.contain('tamma_collector_failures_total{gauge="tamma_stuck"} 1');
    expect(text).to.contain('tamma_process_cpu_seconds_total');
  });

  it('measures HTTP by route pattern', async () => {
    const metrics = createMetrics();
    metrics.observeHttp({ method: 'GET', route: '/api/v1/workflows/:id', status: 404, durationMs: 30 });
    expect(await seriesOf(metrics, 'tamma_http_request_duration_seconds')).to.deep.equal([
      'tamma_http_request_duration_seconds_sum{method="GET",route="/api/v1/workflows/:id",status="404"} 0.03',
      'tamma_http_request_duration_seconds_count{method="GET",route="/api/v1/workflows/:id",status="404"} 1',
    ]);
  });

  it('names everything tamma_, carries the default labels, and shares nothing with a second one', async () => {
    const worker = createMetrics({ defaultLabels: { process: 'worker' } });
    const other = createMetrics();
    worker.observeEvent(buildEvent('SESSION.STARTED.SUCCESS', { sessionKey: 's' }));
    expect(await seriesOf(worker, 'tamma_events_total')).to.deep.equal([
      'tamma_events_total{type="SESSION.STARTED.SUCCESS",process="worker"} 1',
    ]);
    expect(await seriesOf(other, 'tamma_events_total')).to.deep.equal([]);
    const names = (await worker.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(names.filter((line) => !line.startsWith('tamma_'))).to.deep.equal([]);
    expect(worker.contentType).to.match(/^text\/plain; version=/);
  });
});
