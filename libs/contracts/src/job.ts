import { z } from 'zod';

/** What a queued task carries: names only. Everything else is read from the workflow's hash. */
export const taskPayloadSchema = z.strictObject({
  workflowId: z.string().min(1),
  taskId: z.string().min(1),
  stepId: z.string().min(1),
  round: z.int().min(0),
});
export type TaskPayload = z.infer<typeof taskPayloadSchema>;
