import { type TaskPayload, taskPayloadSchema } from '@tamma/contracts';

/** Null for a job that carries rubbish: it was not added by us, and no retry can help it. */
export function readPayload(data: unknown): TaskPayload | null {
  const payload = taskPayloadSchema.safeParse(data);
  return payload.success ? payload.data : null;
}
