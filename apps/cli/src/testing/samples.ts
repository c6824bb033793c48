import type {
  AgentView,
  BudgetView,
  Health,
  issueVerdictSchema,
  ProjectView,
  QueueView,
  WorkerView,
} from '@tamma/contracts';
import type { z } from 'zod';

const now = () => new Date().toISOString();

export const HEALTH: Health = {
  status: 'degraded',
  timestamp: now(),
  uptime: 62.5,
  version: '1.2.3',
  checks: [
    { name: 'redis', status: 'healthy', details: {} },
    { name: 'workers', status: 'degraded', details: { alive: 0 } },
  ],
};

export const PROJECTS: readonly ProjectView[] = [
  {
    id: 'demo',
    platform: 'local',
    repository: '/srv/demo.git',
    intake: {
      passes: 3,
      lastPassAt: now(),
      problem: null,
      unreadable: [{ source: '9-bad.md', reason: 'it has no title', remedy: 'give it one' }],
      issues: [
        {
          number: 1,
          title: 'Add a title-case function',
          eligible: true,
          reasons: [],
          score: 300,
          workflowId: 'demo-1.r1',
        },
        {
          number: 6,
          title: 'Add a camel-case function',
          eligible: false,
          reasons: ['it lacks the required label "tamma"', 'it is assigned to "bo"'],
          score: null,
          workflowId: null,
        },
      ],
    },
  },
  {
    id: 'till',
    platform: 'github',
    repository: 'Acme/till',
    intake: { passes: 3, lastPassAt: now(), problem: null, unreadable: [], issues: [] },
  },
];

export const VERDICTS: readonly z.infer<typeof issueVerdictSchema>[] = [
  {
    project: 'demo',
    issue: 1,
    title: 'Add a title-case function',
    eligible: true,
    reasons: [],
    score: 300,
    since: '2026-01-02T08:30:00.000Z',
    judgedAt: now(),
    workflowId: 'demo-1.r1',
  },
  {
    project: 'demo',
    issue: 6,
    title: 'Add a camel-case function',
    eligible: false,
    reasons: ['it lacks the required label "tamma"', 'it is assigned to "bo"'],
    score: null,
    since: '2026-01-02T08:30:00.000Z',
    judgedAt: now(),
    workflowId: null,
  },
];

export const AGENTS: readonly AgentView[] = [
  {
    ...{ project: 'demo', step: 'code-generation', agent: 'local', provider: 'openai', model: 'qwen' },
    ...{ runs: 4, done: 2, repairs: 3, turnsPerRun: 20, secondsPerRun: 600 },
    ...{ costUsdPerRun: 0, costUsd: 0, score: 0.03 },
  },
  {
    ...{ project: 'demo', step: 'code-generation', agent: 'claude', provider: 'anthropic', model: 'sonnet' },
    ...{ runs: 8, done: 8, repairs: 1, turnsPerRun: 12.5, secondsPerRun: 90 },
    ...{ costUsdPerRun: 0.125, costUsd: 1, score: 0.92 },
  },
];

export const BUDGETS: readonly BudgetView[] = [
  { level: 'all', id: '2026-06-01', limitUsd: null, raisedUsd: 0, spentUsd: 1.5, reservedUsd: 0 },
  { level: 'project', id: 'demo@2026-06-01', limitUsd: 50, raisedUsd: 0, spentUsd: 39.5, reservedUsd: 1 },
  { level: 'workflow', id: 'demo-1.r1', limitUsd: 15, raisedUsd: 5, spentUsd: 1.5, reservedUsd: 0 },
];

export const QUEUES: readonly QueueView[] = [
  { queue: 'git', waiting: 3, active: 1, delayed: 0, failed: 0, paused: null },
  {
    queue: 'ai',
    waiting: 7,
    active: 0,
    delayed: 2,
    failed: 1,
    paused: { by: 'bo', why: 'the bill', since: now() },
  },
];

export const WORKERS: readonly WorkerView[] = [
  {
    id: 'worker-1',
    status: 'online',
    capabilities: ['git', 'ai', 'code'],
    running: 1,
    slots: 6,
    sandbox: 'bubblewrap',
    startedAt: now(),
    seenAt: now(),
  },
  {
    id: 'worker-2',
    status: 'offline',
    capabilities: ['build', 'test'],
    running: 0,
    slots: 4,
    sandbox: 'none',
    startedAt: now(),
    seenAt: now(),
  },
];
