import type { AnyEvent } from '@tamma/domain';
import { Counter, Histogram, type Registry } from 'prom-client';
import { createBoundedLabel } from './bounded-labels.ts';

const STEPS_MAX = 60;
const MODELS_MAX = 30;
const PROVIDERS_MAX = 10;
const DURATION_BUCKETS_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 1_800];

/** Counts facts. Labels are closed words of the vocabulary, or bounded. */
export function createEventMetrics(registry: Registry): (event: AnyEvent) => void {
  const meters = createMeters(registry);
  const stepOf = createBoundedLabel(STEPS_MAX);
  const providerOf = createBoundedLabel(PROVIDERS_MAX);
  const modelOf = createBoundedLabel(MODELS_MAX);

  const countTask = (event: AnyEvent, outcome: 'completed' | 'failed'): void => {
    meters.tasksEnded.inc({ step: stepOf(event.stepId ?? 'none'), outcome });
  };
  const countUse = (data: Extract<AnyEvent, { type: 'AI.RESPONSE.RECEIVED' }>['data']): void => {
    const labels = { provider: providerOf(data.provider), model: modelOf(data.model) };
    meters.aiTokens.inc({ ...labels, direction: 'input' }, data.usage.inputTokens);
    meters.aiTokens.inc({ ...labels, direction: 'output' }, data.usage.outputTokens);
    meters.aiTokens.inc({ ...labels, direction: 'cache_read' }, data.usage.cacheReadTokens);
    meters.aiTokens.inc({ ...labels, direction: 'cache_write' }, data.usage.cacheWriteTokens);
    meters.aiCost.inc(labels, data.usage.costUsd);
  };
  const countAgent = (data: Extract<AnyEvent, { type: 'AI.AGENT.ENDED' }>['data']): void => {
    const labels = { provider: providerOf(data.provider), model: modelOf(data.model) };
    meters.aiConversations.inc({ ...labels, step: stepOf(data.step), result: data.result });
  };

  return (event) => {
    meters.events.inc({ type: event.type });
    switch (event.type) {
      case 'WORKFLOW.COMPLETED.SUCCESS':
        return meters.workflowsEnded.inc({ status: 'completed' });
      case 'WORKFLOW.FAILED.PERMANENT':
        return meters.workflowsEnded.inc({ status: 'failed' });
      case 'WORKFLOW.CANCELLED.SUCCESS':
        return meters.workflowsEnded.inc({ status: 'cancelled' });
      case 'TASK.COMPLETED.SUCCESS':
        meters.taskDuration.observe({ step: stepOf(event.stepId ?? 'none') }, event.data.durationMs / 1000);
        return countTask(event, 'completed');
      case 'TASK.FAILED.PERMANENT':
        return countTask(event, 'failed');
      case 'TASK.RETRY.SCHEDULED':
        return meters.taskRetries.inc({ class: event.data.error.class });
      case 'AI.RESPONSE.RECEIVED':
        return countUse(event.data);
      case 'AI.AGENT.ENDED':
        return countAgent(event.data);
      case 'AI.ACTION.REFUSED':
        return meters.aiRefusals.inc({ rule: event.data.rule });
      case 'BUDGET.WARNED.SUCCESS':
        return meters.budgetsWarned.inc({ level: event.data.level });
      case 'BUDGET.EXHAUSTED.SUCCESS':
        return meters.budgetsExhausted.inc({ level: event.data.level });
      case 'GATE.RAN.SUCCESS':
        return meters.gateRuns.inc({ gate: event.data.gate, result: 'passed' });
      case 'GATE.RAN.FAILED':
        return meters.gateRuns.inc({ gate: event.data.gate, result: 'failed' });
      default:
        return undefined;
    }
  };
}

function createMeters(registry: Registry) {
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter<Label>({ name, help, labelNames: [...labelNames], registers: [registry] });
  return {
    events: counter('tamma_events_total', 'Events seen', ['type']),
    workflowsEnded: counter('tamma_workflows_ended_total', 'Workflows that ended', ['status']),
    tasksEnded: counter('tamma_tasks_ended_total', 'Tasks that ended', ['step', 'outcome']),
    taskRetries: counter('tamma_task_retries_total', 'Retries scheduled', ['class']),
    aiTokens: counter('tamma_ai_tokens_total', 'Tokens used', ['provider', 'model', 'direction']),
    aiCost: counter('tamma_ai_cost_usd_total', 'Money spent on models, in US dollars', ['provider', 'model']),
    aiConversations: counter('tamma_ai_conversations_total', 'Conversations that ended', [
      'provider',
      'model',
      'step',
      'result',
    ]),
    aiRefusals: counter('tamma_ai_actions_refused_total', 'What models asked for and did not get', ['rule']),
    budgetsWarned: counter('tamma_budgets_warned_total', 'Budgets of which 80 % were spent', ['level']),
    budgetsExhausted: counter('tamma_budgets_exhausted_total', 'Calls that a budget did not pay for', [
      'level',
    ]),
    gateRuns: counter('tamma_gate_runs_total', 'Gates that ran', ['gate', 'result']),
    taskDuration: new Histogram({
      name: 'tamma_task_duration_seconds',
      help: 'Time the completing attempt of a task took',
      labelNames: ['step'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers: [registry],
    }),
  };
}
