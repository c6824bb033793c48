import { ARTIFACT_NAMES, AUTHOR_ROLES, CAPABILITIES, ORDER_KINDS, PHASES } from '@tamma/domain';
import { z } from 'zod';
import type { Project } from './project-config.ts';
import { completeProject } from './stored-project.ts';
import { TASK_TYPES } from './task-types.ts';

const ACTIVE_LIMIT_DEFAULT_MS = 2 * 3_600_000;

export const issueSchema = z.object({
  /** 0 stands for no issue: a task that was submitted on its own. */
  number: z.int().min(0),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'closed']),
  labels: z.array(z.string()).readonly(),
  author: z.string(),
  // What an older version stored knows nothing of these.
  authorKind: z.enum(['person', 'bot']).default('person'),
  authorRole: z.enum(AUTHOR_ROLES).default('none'),
  assignee: z.string().nullable(),
  milestone: z.string().nullable().default(null),
  isLocked: z.boolean().default(false),
  blockedBy: z.array(z.int()).readonly().default([]),
  createdAt: z.string(),
});

/** A step in running order, resolved from the template. */
export const plannedStepSchema = z.object({
  id: z.string(),
  handler: z.string(),
  phase: z.enum(PHASES),
  capability: z.enum(CAPABILITIES),
  index: z.int().min(0),
  needs: z.array(z.string()),
  timeoutMs: z.int().positive(),
  /** Set on the last step of a phase: what must exist before the next phase begins. */
  closes: z
    .object({ artifactsRequired: z.array(z.enum(ARTIFACT_NAMES)), nextStep: z.string().nullable() })
    .nullable(),
  /** Whether the phase begins with this step. */
  opens: z.boolean(),
  /** What a person may order about it. */
  allow: z.array(z.enum(ORDER_KINDS)).default([]),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

/**
 * What every step of a workflow may rely on, fixed when it starts: later edits of configuration or template
 * do not reach a workflow that runs. Lives in the workflow's hash in Redis.
 */
export const workflowHeadSchema = z.object({
  workflowId: z.string(),
  run: z.int().positive(),
  score: z.number(),
  /** Who asked for it by hand; null when intake took the issue by itself. */
  startedBy: z.string().nullable(),
  sessionKey: z.string(),
  /** Checked when the configuration was loaded; here it is our own data. */
  project: z
    .custom<Project>((value) => typeof value === 'object' && value !== null)
    .transform((project) => completeProject(project)),
  issue: issueSchema,
  template: z.object({ name: z.string(), hash: z.string(), steps: z.array(plannedStepSchema).min(1) }),
  escalationDeadlineMs: z.int().positive(),
  /** Time its attempts may run altogether; waits do not count. */
  activeLimitMs: z.int().positive().default(ACTIVE_LIMIT_DEFAULT_MS),
  /** Set for a task that was submitted on its own; null for an issue. */
  task: z
    .object({ type: z.enum(TASK_TYPES), payload: z.unknown() })
    .nullable()
    .default(null),
});
export type WorkflowHead = z.infer<typeof workflowHeadSchema>;
