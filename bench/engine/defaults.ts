import { configSchema } from '@tamma/contracts';

const config = configSchema.parse({
  projects: [
    {
      id: 'bench',
      platform: 'local',
      repository: '/nowhere/bench.git',
      issues: '/nowhere/issues',
      ai: { provider: 'scripted', answers: '/nowhere/answers' },
    },
  ],
});

/** The settings that a product without a configuration file runs with, and a project with every default. */
export const { breaker, taskQueue, database, events, workflow, projects } = config;
