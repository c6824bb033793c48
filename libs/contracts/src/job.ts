import { PHASES } from '@tamma/domain';
import { z } from 'zod';

/** What a queued task carries: names only. Everything else is read from the workflow's hash. */
export const taskPayloadSchema = z.strictObject({
  workflowId: z.string().min(1),
  taskId: z.string().min(1),
  stepId: z.string().min(1),
  round: z.int().min(0),
  /** Set on a step that opens its phase; the session with the very first one. Told when the step begins. */
  opens: z.strictObject({ phase: z.enum(PHASES), sessionKey: z.string().nullable() }).optional(),
  /** Attempts made before the queue lost the task and it was added anew: numbers go on from there. */
  attemptsBefore: z.int().min(0).optional(),
});
export type TaskPayload = z.infer<typeof taskPayloadSchema>;
