import { z } from 'zod';

const tokens = z.int().min(0).nullish();
const usage = z.object({
  input_tokens: tokens,
  output_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_read_input_tokens: tokens,
});
export type WireUsage = z.infer<typeof usage>;

const index = z.int().min(0);
const block = z.looseObject({ type: z.string() });
const delta = z.object({
  type: z.string(),
  text: z.string().optional(),
  thinking: z.string().optional(),
  signature: z.string().optional(),
  partial_json: z.string().optional(),
});
export type BlockDelta = z.infer<typeof delta>;

/** What is used of the events of a streamed answer; more may stand in them. */
export const streamEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_start'),
    message: z.object({ id: z.string(), model: z.string(), usage: usage.nullish() }),
  }),
  z.object({ type: z.literal('content_block_start'), index, content_block: block }),
  z.object({ type: z.literal('content_block_delta'), index, delta }),
  z.object({ type: z.literal('content_block_stop'), index }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: usage.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
]);
export type StreamEvent = z.infer<typeof streamEvent>;

/** Kinds of events that later versions of the API may add are passed over. */
export const STREAM_EVENTS: ReadonlySet<string> = new Set(
  streamEvent.options.map((option) => option.shape.type.value),
);
