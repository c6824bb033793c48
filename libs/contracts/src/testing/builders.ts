import { buildIssue } from '@tamma/domain/testing';
import { configSchema } from '../config.ts';
import type { GitHubProject, LocalProject } from '../project-config.ts';
import type { PlannedStep, WorkflowHead } from '../workflow-head.ts';

/** A project of the local platform with every default, under id `demo`. */
export function buildProject(overrides: Partial<LocalProject> = {}): LocalProject {
  const config = configSchema.parse({
    projects: [
      {
        id: 'demo',
        platform: 'local',
        repository: '/nowhere/demo.git',
        issues: '/nowhere/issues',
        ai: { provider: 'scripted', answers: '/nowhere/answers' },
      },
    ],
  });
  const [project] = config.projects;
  if (project?.platform !== 'local') throw new Error('the builder lost its project');
  return { ...project, ...overrides };
}

/** A project on GitHub with every default, under id `till`; its account is `tamma-bot`. */
export function buildGitHubProject(overrides: Partial<GitHubProject> = {}): GitHubProject {
  const config = configSchema.parse({
    projects: [
      {
        platform: 'github',
        repository: 'acme/till',
        account: 'tamma-bot',
        ai: { provider: 'scripted', answers: '/nowhere/answers' },
      },
    ],
  });
  const [project] = config.projects;
  if (project?.platform !== 'github') throw new Error('the builder lost its project');
  return { ...project, ...overrides };
}

export function buildStep(overrides: Partial<PlannedStep> = {}): PlannedStep {
  return {
    id: 'issue-intake',
    handler: 'issue-intake',
    phase: 'INTAKE',
    capability: 'git',
    index: 0,
    needs: [],
    timeoutMs: 60_000,
    closes: null,
    opens: true,
    allow: [],
    ...overrides,
  };
}

export function buildHead(overrides: Partial<WorkflowHead> = {}): WorkflowHead {
  return {
    workflowId: 'demo-1.r1',
    run: 1,
    score: 500,
    startedBy: null,
    sessionKey: 'sess_demo-1.r1_20260101_000000',
    project: buildProject(),
    issue: { ...buildIssue(), labels: ['tamma'], blockedBy: [] },
    template: { name: 'issue-to-pr', hash: 'hash', steps: [buildStep()] },
    escalationDeadlineMs: 60_000,
    activeLimitMs: 7_200_000,
    task: null,
    ...overrides,
  };
}
