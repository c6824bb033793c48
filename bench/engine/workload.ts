import { type Project, STEP_HANDLERS } from '@tamma/contracts';
import { done, type Issue } from '@tamma/domain';
import type { Step } from '@tamma/steps';
import { loadTemplate, type WorkflowPlan } from '@tamma/workflow';
import { z } from 'zod';
import { projects } from './defaults.ts';

/** About 200 bytes of JSON, on both sides. */
const RESULT = { summary: 'x'.repeat(150), commit: '0'.repeat(40) };

export const NO_OP_RESULT: Readonly<Record<string, string>> = RESULT;

const resultSchema = z.object({ summary: z.string(), commit: z.string() });

/** A step of that name that does nothing and says so. */
export function findNoOpStep(handler: string): Step | undefined {
  return STEPS.get(handler);
}

const STEPS: ReadonlyMap<string, Step> = new Map(
  STEP_HANDLERS.map((handler) => [handler, { handler, result: resultSchema, run: async () => done(RESULT) }]),
);

/** What the workflows of a bench are made from: the project's defaults and the template that ships. */
export interface Workload {
  readonly project: Project;
  readonly plan: WorkflowPlan;
}

export async function loadWorkload(projectId: string): Promise<Workload> {
  const [project] = projects;
  const template = await loadTemplate('issue-to-pr');
  if (project === undefined || !template.ok) throw new Error('the template that ships does not load');
  return { project: { ...project, id: projectId }, plan: withoutArtifacts(template.plan) };
}

/** Steps that do nothing write nothing, so that no phase may ask for it. */
function withoutArtifacts(plan: WorkflowPlan): WorkflowPlan {
  const steps = plan.steps.map((step) =>
    step.closes === null ? step : { ...step, closes: { ...step.closes, artifactsRequired: [] } },
  );
  return { ...plan, steps };
}

export function issueOf(number: number): Issue {
  return {
    number,
    title: `Measure how long it takes to do nothing, number ${number}`,
    body: 'Nothing has to change. '.repeat(10),
    state: 'open',
    labels: ['tamma'],
    author: 'maintainer',
    authorKind: 'person',
    authorRole: 'owner',
    assignee: null,
    milestone: null,
    isLocked: false,
    blockedBy: [],
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}
