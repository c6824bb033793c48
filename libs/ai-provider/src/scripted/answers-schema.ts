import { z } from 'zod';

/** Longest pause before a canned turn: long enough to be killed in the middle of it. */
const DELAY_MS_MAX = 60_000;

const count = z.int().min(0);
const usage = { inputTokens: count, outputTokens: count, cacheReadTokens: count, cacheWriteTokens: count };

const call = z.strictObject({
  tool: z.string().min(1),
  /** A text stands for arguments that were no JSON object. */
  input: z.union([z.record(z.string(), z.unknown()), z.string()]).default({}),
});

const turn = z
  .strictObject({
    text: z.string().min(1).optional(),
    calls: z.array(call).default([]),
    delayMs: count.max(DELAY_MS_MAX).default(0),
    /** Absent: the answer ended by itself, or to have its calls run. */
    stopReason: z.enum(['end', 'length', 'refused']).optional(),
    /** Who gave the answer when it was recorded, and what it took then. */
    model: z.string().min(1).optional(),
    usage: z.strictObject(usage).optional(),
  })
  .refine(
    ({ text, calls, stopReason }) => text !== undefined || calls.length > 0 || stopReason !== undefined,
    'expected text or calls',
  );

/** By step id; `step.round` holds the answers of a later round. */
export const answersSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]*(\.[1-9]\d*)?$/, 'expected a step id, or step.round for a later round'),
  z.array(turn).min(1),
);
export type Answers = z.infer<typeof answersSchema>;
export type CannedTurn = z.infer<typeof turn>;
/** A turn as people and recordings write it. */
export type WrittenTurn = z.input<typeof turn>;

/** The key that holds the answers of a step's round. */
export function keyOf(step: string, round: number): string {
  return round === 0 ? step : `${step}.${round}`;
}
