import { createHash } from 'node:crypto';
import type { PlannedStep, Template, TemplatePhase, TemplateStep } from '@tamma/contracts';

/** A template with its steps in running order. `hash` names the exact text a workflow began with. */
export interface WorkflowPlan {
  readonly name: string;
  readonly hash: string;
  readonly steps: readonly PlannedStep[];
}

export function planOf(template: Template): WorkflowPlan {
  const steps = template.phases.flatMap((phase) => phase.steps.map((step) => ({ phase, step })));
  return {
    name: template.name,
    hash: createHash('sha256').update(JSON.stringify(template)).digest('hex'),
    steps: steps.map(({ phase, step }, index) => planStep(phase, step, index)),
  };
}

function planStep(phase: TemplatePhase, step: TemplateStep, index: number): PlannedStep {
  const isLast = phase.steps.at(-1)?.id === step.id;
  const closes = { artifactsRequired: phase.artifacts.required, nextStep: phase.next_step ?? null };
  return {
    id: step.id,
    handler: step.handler ?? step.id,
    phase: phase.id,
    capability: step.capability,
    index,
    needs: step.needs,
    timeoutMs: step.timeout,
    closes: isLast ? closes : null,
    opens: phase.steps[0]?.id === step.id,
    allow: step.allow,
  };
}
