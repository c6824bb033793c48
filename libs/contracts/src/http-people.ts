import {
  APPROVAL_KINDS,
  ARTIFACT_NAMES,
  CAPABILITIES,
  DECISIONS,
  needsComment,
  ORDER_KINDS,
  RISK_LEVELS,
  ROLES,
  SCORE_MAX,
} from '@tamma/domain';
import { z } from 'zod';
import { listOf, moment } from './http.ts';
import { TASK_TYPES } from './task-types.ts';

/** What people ask of the API, decide through it, and are told in return. */

const COMMENT_LENGTH_MAX = 4000;
const comment = z.string().trim().max(COMMENT_LENGTH_MAX);
/** Something a person can see: control characters and blanks of whatever width say nothing. */
const WORDS = /[\p{L}\p{N}\p{P}\p{S}]/u;
const hasWords = (text: string) => WORDS.test(text);

/** `POST /workflows`: work on an issue now. `override` takes it although the project's rules refuse it. */
export const workflowRequestSchema = z.strictObject({
  project: z.string().min(1).max(100),
  issue: z.int().positive(),
  override: z.boolean().default(false),
});
export type WorkflowRequest = z.input<typeof workflowRequestSchema>;
export const workflowCreatedSchema = z.object({ workflowId: z.string() });

/** `POST /workflows/:id/{cancel,suspend,resume,retry}`, the same of `/tasks/:id`, and `/queues/:queue/{pause,resume}`. */
export const controlRequestSchema = z.strictObject({
  reason: comment.min(1).refine(hasWords, { message: 'expected words' }),
});
/** `POST /workflows/:id/{override,skip}`: about one step of it, named by its id. */
export const orderRequestSchema = controlRequestSchema.extend({ step: z.string().min(1).max(100) });
/** `POST /workflows/:id/priority`: a score of 0 to 1000, higher goes first. */
export const priorityRequestSchema = controlRequestSchema.extend({ score: z.int().min(0).max(SCORE_MAX) });
export const controlResultSchema = z.object({
  workflowId: z.string(),
  /** False when it was so already: saying it twice does it once. */
  changed: z.boolean(),
  message: z.string(),
});
export type ControlResult = z.infer<typeof controlResultSchema>;

/** One queue per capability, as `GET /queues` tells it. */
export const queueViewSchema = z.object({
  queue: z.enum(CAPABILITIES),
  waiting: z.int(),
  active: z.int(),
  delayed: z.int(),
  failed: z.int(),
  /** Who paused it and why; null while it runs. */
  paused: z.object({ by: z.string(), why: z.string(), since: z.string() }).nullable(),
});
export type QueueView = z.infer<typeof queueViewSchema>;
export const queueListSchema = listOf(queueViewSchema);
export const queueNameSchema = z.enum([...CAPABILITIES, 'all']);
export const queueControlResultSchema = z.object({
  queue: queueNameSchema,
  changed: z.boolean(),
  message: z.string(),
});
export type QueueControlResult = z.infer<typeof queueControlResultSchema>;

/** `POST /tasks`: one task on its own. `capability` may be left out; it must be the one that its type needs. */
export const taskRequestSchema = z.strictObject({
  type: z.enum(TASK_TYPES),
  payload: z.record(z.string(), z.unknown()),
  capability: z.enum(CAPABILITIES).optional(),
});
export type TaskRequest = z.input<typeof taskRequestSchema>;
export const taskCreatedSchema = z.object({
  taskId: z.string(),
  workflowId: z.string(),
  success: z.literal(true),
});

/** What waits for a person: an approval, a question, or a step that failed for good. */
export const approvalViewSchema = z.object({
  /** For an escalation the id of the workflow, which is retried or cancelled. */
  id: z.string(),
  workflowId: z.string(),
  project: z.string(),
  issue: z.int(),
  title: z.string(),
  kind: z.enum([...APPROVAL_KINDS, 'question', 'escalation']),
  /** What can be said to it. */
  decisions: z.array(z.enum([...DECISIONS, 'retry', 'cancel', ...ORDER_KINDS])),
  /** 2 to 4 for an escalation: on-call, lead, all hands; null for all else. */
  level: z.int().nullable(),
  stepId: z.string(),
  risk: z.enum(RISK_LEVELS).nullable(),
  subject: z.string().nullable(),
  why: z.string(),
  /** For an escalation, what a person can do about it. */
  remedy: z.string().nullable(),
  since: z.string(),
  until: moment,
  /** What to read before deciding, by name of artifact. */
  artifacts: z.array(z.enum(ARTIFACT_NAMES)),
});
export type ApprovalView = z.infer<typeof approvalViewSchema>;
export const approvalListSchema = listOf(approvalViewSchema);

/** `POST /approvals/:id`. */
export const decisionRequestSchema = z
  .strictObject({ decision: z.enum(DECISIONS), comment: comment.default('') })
  .refine(({ decision, comment: text }) => hasWords(text) || !needsComment(decision), {
    path: ['comment'],
    message: 'expected words: an answer, or what the plan should say instead',
  });
export type DecisionRequest = z.input<typeof decisionRequestSchema>;
export const decisionResultSchema = z.object({
  approvalId: z.string(),
  workflowId: z.string(),
  decision: z.enum(DECISIONS),
  by: z.string(),
  at: z.string(),
});

/** Who the caller is: `GET /session`. A browser signs in with `POST /session` and gets a cookie. */
export const sessionRequestSchema = z.strictObject({ token: z.string().min(1).max(500) });
export const sessionViewSchema = z.object({
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  /** `none`: there are no tokens, and whoever is on this machine is `local`. */
  authentication: z.enum(['none', 'token']),
});
export type SessionView = z.infer<typeof sessionViewSchema>;
