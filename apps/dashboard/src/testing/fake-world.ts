import type {
  AgentView,
  BudgetView,
  Explanation,
  Health,
  ProjectView,
  QueueView,
  WorkerView,
} from '@tamma/contracts';
import { CAPABILITIES } from '@tamma/domain';
import type { Answer } from './fake-answer.ts';

/** What is not made of events; tests set it as they like. */
export interface FakeWorld {
  projects: ProjectView[];
  workers: WorkerView[];
  health: Health;
  queues: QueueView[];
  agents: AgentView[];
  budgets: BudgetView[];
  /** What keeps a workflow, by its id. */
  readonly blockers: Map<string, Explanation['blockedBy']>;
  /** Texts by `workflow name`. */
  readonly artifacts: Map<string, string>;
  /** Answers by path, given instead of the true ones. */
  readonly failures: Map<string, Answer>;
}

export function createFakeWorld(): FakeWorld {
  return {
    projects: [],
    workers: [],
    health: {
      status: 'healthy',
      timestamp: new Date().toISOString(),
      uptime: 60,
      version: '0.1.0',
      checks: [{ name: 'redis', status: 'healthy', details: {} }],
    },
    queues: CAPABILITIES.map((queue) => ({
      queue,
      waiting: 0,
      active: 0,
      delayed: 0,
      failed: 0,
      paused: null,
    })),
    agents: [],
    budgets: [],
    blockers: new Map(),
    artifacts: new Map(),
    failures: new Map(),
  };
}
