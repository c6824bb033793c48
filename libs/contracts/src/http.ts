import {
  APPROVAL_KINDS,
  ARTIFACT_NAMES,
  CAPABILITIES,
  ERROR_CLASSES,
  ORDER_KINDS,
  PHASES,
  RISK_LEVELS,
  ROUND_KINDS,
  TASK_STATUSES,
  WAITING_REASONS,
  WORKFLOW_STATUSES,
  type WorkflowState,
} from '@tamma/domain';
import { z } from 'zod';
import { relayedEventSchema } from './live.ts';

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
export const moment = z.string().nullable();

export const workflowStateSchema: z.ZodType<WorkflowState> = z.object({
  id: z.string(),
  project: z.string(),
  platform: z.string(),
  repository: z.string(),
  issue: z.int(),
  taskType: z.string().nullable(),
  title: z.string(),
  sprint: z.string().nullable(),
  wasEdited: z.boolean(),
  template: z.string(),
  run: z.int(),
  score: z.number(),
  status: z.enum(WORKFLOW_STATUSES),
  waitingFor: z
    .object({ reason: z.enum(WAITING_REASONS), since: z.string(), until: moment, why: z.string() })
    .nullable(),
  approval: z
    .object({
      id: z.string(),
      kind: z.enum([...APPROVAL_KINDS, 'question']),
      taskId: z.string(),
      stepId: z.string(),
      risk: z.enum(RISK_LEVELS).nullable(),
      subject: z.string().nullable(),
      why: z.string(),
      since: z.string(),
      until: z.string(),
    })
    .nullable(),
  suspended: z.object({ by: z.string(), why: z.string(), since: z.string(), until: z.string() }).nullable(),
  escalation: z
    .object({
      taskId: z.string(),
      stepId: z.string(),
      level: z.int(),
      since: z.string(),
      until: z.string(),
    })
    .nullable(),
  rounds: z.array(
    z.object({
      round: z.int(),
      kind: z.enum(ROUND_KINDS),
      askedBy: z.string(),
      why: z.string(),
      at: z.string(),
    }),
  ),
  phase: z.enum(PHASES).nullable(),
  currentStep: z.string().nullable(),
  steps: z.array(
    z.object({
      id: z.string(),
      phase: z.enum(PHASES),
      capability: z.enum(CAPABILITIES),
      allow: z.array(z.enum(ORDER_KINDS)),
      status: z.enum(TASK_STATUSES),
      round: z.int(),
      attempts: z.int(),
      startedAt: moment,
      completedAt: moment,
      error: errorReport.nullable(),
      order: z.object({ kind: z.enum(ORDER_KINDS), by: z.string(), why: z.string() }).nullable(),
    }),
  ),
  risk: z.enum(RISK_LEVELS).nullable(),
  branch: z.string().nullable(),
  pullRequest: z.object({ number: z.int(), url: z.string() }).nullable(),
  mergeCommit: z.string().nullable(),
  result: z.enum(['merged', 'no-change', 'done']).nullable(),
  commits: z.array(z.object({ hash: z.string(), message: z.string(), author: z.string() })),
  artifacts: z.array(z.object({ name: z.enum(ARTIFACT_NAMES), sha256: z.string(), bytes: z.int() })),
  usage: z.object({
    calls: z.int(),
    inputTokens: z.int(),
    outputTokens: z.int(),
    // What an older version recorded says nothing of caches.
    cacheReadTokens: z.int().default(0),
    cacheWriteTokens: z.int().default(0),
    costUsd: z.number(),
  }),
  waitedMs: z.partialRecord(z.enum(WAITING_REASONS), z.number()),
  error: errorReport.nullable(),
  cancelledBecause: z.string().nullable(),
  completedBecause: z.string().nullable(),
  createdAt: z.string(),
  startedAt: moment,
  endedAt: moment,
  updatedAt: z.string(),
});

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const workflowListSchema = listOf(workflowStateSchema);

export const eventListSchema = listOf(relayedEventSchema);

/** Why an issue is worked on, or is not: the latest verdict on it, kept whoever leads. */
export const issueVerdictSchema = z.object({
  project: z.string(),
  issue: z.int(),
  title: z.string(),
  eligible: z.boolean(),
  reasons: z.array(z.string()),
  score: z.number().nullable(),
  since: z.string(),
  judgedAt: z.string(),
  /** The workflow that works on it now. */
  workflowId: z.string().nullable(),
});
export const issueVerdictListSchema = listOf(issueVerdictSchema);

/** What became of a webhook delivery: kept to be acted on, or of no concern. */
export const webhookAnswerSchema = z.object({ result: z.enum(['kept', 'ignored']), why: z.string() });

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

/** One task: a step of a workflow as its latest round shows it. */
export const taskViewSchema = z.object({
  id: z.string(),
  workflowId: z.string(),
  project: z.string(),
  issue: z.int(),
  stepId: z.string(),
  phase: z.enum(PHASES),
  capability: z.enum(CAPABILITIES),
  round: z.int(),
  status: z.enum(TASK_STATUSES),
  attempts: z.int(),
  startedAt: moment,
  completedAt: moment,
  error: errorReport.nullable(),
});
/** One task by itself: `GET /tasks/:id`. */
export const taskDetailSchema = taskViewSchema.extend({
  /** Whether it has come to its end. */
  isTerminal: z.boolean(),
  /** Its facts, oldest first, the newest 200 of them. */
  history: z.array(z.object({ type: z.string(), at: z.string(), attempt: z.int().nullable() })),
});
export type TaskDetail = z.infer<typeof taskDetailSchema>;
export type TaskView = z.infer<typeof taskViewSchema>;
export const taskListSchema = listOf(taskViewSchema);

export const workerViewSchema = z.object({
  id: z.string(),
  status: z.enum(['online', 'offline']),
  capabilities: z.array(z.enum(CAPABILITIES)),
  /** Tasks running now, of how many it runs at once. */
  running: z.int(),
  slots: z.int(),
  sandbox: z.string(),
  startedAt: z.string(),
  seenAt: z.string(),
});
export type WorkerView = z.infer<typeof workerViewSchema>;
export const workerListSchema = listOf(workerViewSchema);

export const artifactViewSchema = z.object({
  name: z.enum(ARTIFACT_NAMES),
  sha256: z.string(),
  bytes: z.int(),
  text: z.string(),
});
export type ArtifactView = z.infer<typeof artifactViewSchema>;
/** Without the texts: they are asked for one by one. */
export const artifactListSchema = listOf(artifactViewSchema.omit({ text: true }));

/** What a workflow waits for and why: the one call that is never silent. */
export const explanationSchema = z.object({
  workflowId: z.string(),
  status: z.enum(WORKFLOW_STATUSES),
  phase: z.enum(PHASES).nullable(),
  currentStep: z.string().nullable(),
  /** One sentence for a person. */
  summary: z.string(),
  waitingFor: z
    .object({ reason: z.enum(WAITING_REASONS), since: z.string(), until: moment, why: z.string() })
    .nullable(),
  /** What happens by itself when the time is up. */
  afterwards: z.string().nullable(),
  /** Who or what can move it, and the command that does. */
  movers: z.array(z.object({ who: z.string(), how: z.string() })),
  lastError: errorReport.nullable(),
  nextAttemptAt: moment,
  /** Its place among the tasks of its capability that are queued, counted from one. */
  queue: z.object({ capability: z.enum(CAPABILITIES), position: z.int().nullable() }).nullable(),
  approvalId: z.string().nullable(),
  /** Who is concerned by now, when a step stopped for good: 2 on-call, 3 lead, 4 all hands. */
  escalation: z.object({ level: z.int(), name: z.string(), since: z.string(), until: z.string() }).nullable(),
  /** All that keeps it from going on, and what of it ends by itself and when. Empty while a step runs. */
  blockedBy: z.array(
    z.object({
      /** Such as `queue ai`, `workers`, `circuit github:readIssue`, `service anthropic`, `suspension`. */
      what: z.string(),
      why: z.string(),
      since: moment,
      until: moment,
    }),
  ),
});
export type Explanation = z.infer<typeof explanationSchema>;
