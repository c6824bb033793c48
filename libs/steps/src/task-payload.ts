import { TammaError } from '@tamma/domain';
import type { z } from 'zod';
import type { StepContext } from './step.ts';

/** What a task that was submitted on its own is to do. It was checked when it was submitted; throws when it is not that. */
export function payloadFrom<Payload>({ head }: StepContext, schema: z.ZodType<Payload>): Payload {
  const parsed = schema.safeParse(head.task?.payload);
  if (parsed.success) return parsed.data;
  throw new TammaError('PAYLOAD_INVALID', `workflow ${head.workflowId} is no task of this kind`, {
    class: 'validation',
    remedy: 'cancel it and submit the task again',
    cause: parsed.error,
  });
}
