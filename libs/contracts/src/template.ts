import { ARTIFACT_NAMES, CAPABILITIES, ORDER_KINDS, PHASES } from '@tamma/domain';
import { z } from 'zod';
import { timerDuration } from './duration.ts';

const stepId = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'expected lower-case letters, digits and dashes');

/** One step of a template. It runs after the step above it; `needs` says whose results it reads. */
export const templateStepSchema = z.strictObject({
  id: stepId,
  /** The step's code, when it differs from its id. */
  handler: stepId.optional(),
  capability: z.enum(CAPABILITIES),
  needs: z.array(stepId).default([]),
  timeout: timerDuration.prefault('30m'),
  /** What a person may order about it: do without it, or let it pass as it is. */
  allow: z.array(z.enum(ORDER_KINDS)).default([]),
});

export const templatePhaseSchema = z.strictObject({
  id: z.enum(PHASES),
  goal: z.string().min(1),
  artifacts: z
    .strictObject({
      required: z.array(z.enum(ARTIFACT_NAMES)).default([]),
      optional: z.array(z.enum(ARTIFACT_NAMES)).default([]),
    })
    .prefault({}),
  next_step: z.string().min(1).optional(),
  steps: z.array(templateStepSchema).min(1),
});

/** A workflow template as its YAML file holds it. */
export const templateSchema = z.strictObject({
  name: stepId,
  description: z.string().min(1),
  phases: z.array(templatePhaseSchema).min(1),
});

export type Template = z.infer<typeof templateSchema>;
export type TemplateStep = z.infer<typeof templateStepSchema>;
export type TemplatePhase = z.infer<typeof templatePhaseSchema>;

/** The code a template may name. `libs/steps` implements exactly these. */
export const STEP_HANDLERS = [
  'issue-intake',
  'clarification',
  'context-research',
  'plan-generation',
  'plan-approval',
  'branch-setup',
  'code-generation',
  'build-gate',
  'test-gate',
  'security-gate',
  'code-review',
  'pull-request',
  'merge-approval',
  'merge-and-close',
] as const;
export type StepHandler = (typeof STEP_HANDLERS)[number];
