import type { PlannedStep } from '@tamma/contracts';
import { buildStep } from '@tamma/contracts/testing';
import { foldWorkflow, type WorkflowState } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import type { Bench } from './bench.ts';

/** Work, two gates, and the end. */
export const REPAIR_PLAN: readonly PlannedStep[] = [
  buildStep({ id: 'code-generation', handler: 'code-generation', phase: 'EXECUTE', capability: 'code' }),
  buildStep({ id: 'build-gate', handler: 'build-gate', phase: 'EXECUTE', capability: 'build', opens: false }),
  buildStep({
    id: 'test-gate',
    handler: 'test-gate',
    phase: 'EXECUTE',
    capability: 'test',
    opens: false,
    closes: { artifactsRequired: [], nextStep: 'merge-and-close' },
  }),
  buildStep({
    id: 'merge-and-close',
    handler: 'merge-and-close',
    phase: 'CLOSE',
    capability: 'git',
    closes: { artifactsRequired: [], nextStep: null },
  }),
].map((step, index) => ({ ...step, index }));

/** A plan, somebody who agrees to it, and the end. */
export const APPROVAL_PLAN: readonly PlannedStep[] = [
  buildStep({ id: 'plan-generation', handler: 'plan-generation', phase: 'PLAN', capability: 'ai' }),
  buildStep({
    id: 'plan-approval',
    handler: 'plan-approval',
    phase: 'PLAN',
    capability: 'approval',
    opens: false,
    closes: { artifactsRequired: [], nextStep: 'merge-and-close' },
  }),
  buildStep({
    id: 'merge-and-close',
    handler: 'merge-and-close',
    phase: 'CLOSE',
    capability: 'git',
    closes: { artifactsRequired: [], nextStep: null },
  }),
].map((step, index) => ({ ...step, index }));

/** The workflow as the record shows it after everything that was told so far. */
export async function stateOf(bench: Bench): Promise<WorkflowState> {
  const { project, issue, template, score, run } = bench.head;
  const created = buildEvent('WORKFLOW.STATE.CREATED', {
    project: project.id,
    platform: project.platform,
    repository: project.repository,
    issue: issue.number,
    title: issue.title,
    template: template.name,
    templateHash: template.hash,
    score,
    run,
  });
  const steps = template.steps.map(({ id, phase, capability }) => ({ id, phase, capability }));
  const started = buildEvent('WORKFLOW.STARTED.SUCCESS', { steps });
  const state = foldWorkflow([created, started, ...(await bench.events())]);
  if (state === null) throw new Error('the workflow was never created');
  return state;
}
