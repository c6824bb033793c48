import { TammaError } from '@tamma/domain';
import { z } from 'zod';
import type { StepContext } from '../step.ts';

const takenSchema = z.object({
  id: z.string(),
  /** A remark on a line, or what a review says as a whole. */
  kind: z.enum(['line', 'review']),
  /** The commit that it was taken up at. */
  commit: z.string(),
  isAnswered: z.boolean(),
});
export type TakenRemark = z.infer<typeof takenSchema>;

const recordSchema = z.object({
  /** The pull request, once it is known; one that a person closed is not opened a second time. */
  number: z.int().nullable(),
  /** The commit that its text describes. */
  described: z.string().nullable(),
  /** The commit whose red checks were run again. */
  rerun: z.string().nullable(),
  /** Remarks that a round was made for, oldest first. */
  taken: z.array(takenSchema),
});
export type DeliveryRecord = z.infer<typeof recordSchema>;

const NOTHING: DeliveryRecord = { number: null, described: null, rerun: null, taken: [] };

/** What the platform cannot tell us anew: which pull request is ours, and what was done about it already. */
export async function readRecord(context: StepContext): Promise<DeliveryRecord> {
  const text = await context.readArtifact('delivery.json');
  if (text === null) return NOTHING;
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new TammaError('DELIVERY_RECORD_BROKEN', 'the artifact delivery.json cannot be read', {
      class: 'system',
      remedy: 'cancel the workflow and start it again',
      cause,
    });
  }
}

/** Kept with the outcome of the attempt; until then the platform may hold more than the record. */
export async function updateRecord(context: StepContext, changes: Partial<DeliveryRecord>): Promise<void> {
  const record = { ...(await readRecord(context)), ...changes };
  context.writeArtifact('delivery.json', `${JSON.stringify(record, null, 2)}\n`);
}
