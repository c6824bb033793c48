import {
  ARTIFACT_NAMES,
  CAPABILITIES,
  ERROR_CLASSES,
  PHASES,
  RISK_LEVELS,
  TASK_STATUSES,
  WAITING_REASONS,
  WORKFLOW_STATUSES,
  type WorkflowState,
} from '@tamma/domain';
import { z } from 'zod';

/** What the HTTP API answers. Times are ISO 8601 in UTC; lists are `{items, next}`. */

export const healthSchema = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  timestamp: z.string(),
  /** Seconds since the process started. */
  uptime: z.number(),
  version: z.string(),
  checks: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['healthy', 'degraded', 'unhealthy']),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type Health = z.infer<typeof healthSchema>;

/** RFC 9457, with one entry per field that is wrong. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

const errorReport = z.object({
  code: z.string(),
  class: z.enum(ERROR_CLASSES),
  message: z.string(),
  remedy: z.string().optional(),
});
const moment = z.string().nullable();

export const workflowStateSchema: z.ZodType<WorkflowState> = z.object({
  id: z.string(),
  project: z.string(),
  platform: z.string(),
  repository: z.string(),
  issue: z.int(),
  title: z.string(),
  template: z.string(),
  run: z.int(),
  score: z.number(),
  status: z.enum(WORKFLOW_STATUSES),
  waitingFor: z
    .object({ reason: z.enum(WAITING_REASONS), since: z.string(), until: moment, why: z.string() })
    .nullable(),
  phase: z.enum(PHASES).nullable(),
  currentStep: z.string().nullable(),
  steps: z.array(
    z.object({
      id: z.string(),
      phase: z.enum(PHASES),
      capability: z.enum(CAPABILITIES),
      status: z.enum(TASK_STATUSES),
      attempts: z.int(),
      startedAt: moment,
      completedAt: moment,
      error: errorReport.nullable(),
    }),
  ),
  risk: z.enum(RISK_LEVELS).nullable(),
  branch: z.string().nullable(),
  pullRequest: z.object({ number: z.int(), url: z.string() }).nullable(),
  mergeCommit: z.string().nullable(),
  result: z.enum(['merged', 'no-change']).nullable(),
  commits: z.array(z.object({ hash: z.string(), message: z.string(), author: z.string() })),
  artifacts: z.array(z.object({ name: z.enum(ARTIFACT_NAMES), sha256: z.string(), bytes: z.int() })),
  usage: z.object({
    calls: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    costUsd: z.number(),
  }),
  waitedMs: z.partialRecord(z.enum(WAITING_REASONS), z.number()),
  error: errorReport.nullable(),
  cancelledBecause: z.string().nullable(),
  createdAt: z.string(),
  startedAt: moment,
  endedAt: moment,
  updatedAt: z.string(),
});

function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const workflowListSchema = listOf(workflowStateSchema);

/** An event as it is relayed: with its place in the log, which `since` continues from. */
export const relayedEventSchema = z.object({
  offset: z.string(),
  event: z.looseObject({
    id: z.string(),
    type: z.string(),
    at: z.string(),
    workflowId: z.string().optional(),
    stepId: z.string().optional(),
    attempt: z.int().optional(),
    data: z.record(z.string(), z.unknown()),
  }),
});
export type RelayedEvent = z.infer<typeof relayedEventSchema>;
export const eventListSchema = listOf(relayedEventSchema);

/** What intake made of a project's issues when it last looked. */
export const projectViewSchema = z.object({
  id: z.string(),
  platform: z.string(),
  repository: z.string(),
  intake: z.object({
    /** Passes that ended well since this orchestrator became leader. */
    passes: z.int(),
    /** When the last good pass began. */
    lastPassAt: moment,
    /** Why the last pass failed; null when it did not. */
    problem: z.string().nullable(),
    unreadable: z.array(z.object({ source: z.string(), reason: z.string(), remedy: z.string() })),
    issues: z.array(
      z.object({
        number: z.int(),
        title: z.string(),
        eligible: z.boolean(),
        reasons: z.array(z.string()),
        score: z.number().nullable(),
        workflowId: z.string().nullable(),
      }),
    ),
  }),
});
export type ProjectView = z.infer<typeof projectViewSchema>;
export const projectListSchema = listOf(projectViewSchema);
