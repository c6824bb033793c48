import type { ProjectView } from '@tamma/contracts';
import { hasWorkflowEnded } from '@tamma/domain';
import { NO_PROJECT } from './projects.ts';
import type { Situation } from './situation.ts';
import { plural } from './words.ts';

/** What whoever looks at the status can do now, most urgent first. */
export function nextSteps({ health, workflows, projects }: Situation): string[] {
  const open = workflows.items.filter(({ status }) => !hasWorkflowEnded(status));
  const asking = open.filter(({ status }) => status === 'paused');
  const steps: string[] = [];
  if (asking.length > 0)
    steps.push(`${plural(asking.length, 'workflow')} waiting for a person: tamma approvals`);
  if (isIll(health, 'workers')) steps.push('no worker takes anything: look at "tamma workers", start one');
  const running = open.find(({ status }) => status === 'running');
  if (running !== undefined) steps.push(`look over its shoulder: tamma watch ${running.id}`);
  return open.length > 0 ? steps : [...steps, ...idleSteps(projects.items)];
}

function isIll(health: Situation['health'], name: string): boolean {
  return health.checks.some((check) => check.name === name && check.status !== 'healthy');
}

function idleSteps(projects: readonly ProjectView[]): string[] {
  const [first] = projects;
  if (first === undefined) return [NO_PROJECT];
  const issues = projects.flatMap(({ id, intake }) => intake.issues.map((issue) => ({ id, ...issue })));
  const soon = issues.find(({ eligible, workflowId }) => eligible && workflowId === null);
  if (soon !== undefined)
    return [
      `${soon.id} #${soon.number} is eligible and is taken soon; at once: tamma submit ${soon.id} ${soon.number}`,
    ];
  const refused = issues.find(({ eligible, workflowId }) => !eligible && workflowId === null);
  const idle =
    'nothing is open: change an issue so that it is eligible ("tamma projects" says what each one lacks)';
  if (refused === undefined)
    return [`nothing is open: write an issue in ${first.id}, or tamma submit ${first.id} <issue>`];
  return [
    idle,
    `or have one worked on all the same: tamma submit ${refused.id} ${refused.number} --override`,
  ];
}
