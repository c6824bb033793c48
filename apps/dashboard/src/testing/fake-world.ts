import type { Health, ProjectView, WorkerView } from '@tamma/contracts';
import type { Answer } from './fake-answer.ts';

/** What is not made of events; tests set it as they like. */
export interface FakeWorld {
  projects: ProjectView[];
  workers: WorkerView[];
  health: Health;
  metrics: string;
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
    metrics: '',
    artifacts: new Map(),
    failures: new Map(),
  };
}
