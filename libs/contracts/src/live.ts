import { z } from 'zod';

/**
 * What travels over Socket.IO (path `/socket.io`). A client emits `subscribe` and `unsubscribe` with an
 * acknowledgement; the server emits the messages below under the name in their `type`.
 */

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

const EVENT_NAMES_MAX = 50;
const name = z.string().min(1).max(200);
const offset = z.string().regex(/^\d{1,15}-\d{1,15}$/, 'expected an offset such as 1767225600000-0');

/**
 * One subscription. `workflowId` alone: all of that workflow, with progress and streamed text. `events`: names or
 * aliases of events, of every workflow unless one is given. `since` first replays what came after that offset.
 */
export const subscribeSchema = z
  .strictObject({
    workflowId: name.optional(),
    events: z.array(name).min(1).max(EVENT_NAMES_MAX).optional(),
    since: offset.optional(),
  })
  .refine(({ workflowId, events }) => workflowId !== undefined || events !== undefined, {
    message: 'expected a workflowId, events, or both',
  });
export type Subscribe = z.infer<typeof subscribeSchema>;
/** What a subscription is about. */
export type Topic = Omit<Subscribe, 'since'>;

/** Ends the subscription with exactly this workflow and these names. */
export const unsubscribeSchema = z.strictObject({
  workflowId: name.optional(),
  events: z.array(name).min(1).max(EVENT_NAMES_MAX).optional(),
});

/** The acknowledgement of `subscribe` and `unsubscribe`. */
export type LiveAnswer = { readonly ok: true } | { readonly ok: false; readonly error: string };

const workflow = { workflowId: z.string() };
export const LIVE_MESSAGES = {
  connected: z.object({
    type: z.literal('connected'),
    timestamp: z.string(),
    version: z.string(),
    /** Up to here HTTP shows everything: what to give as `since` after the first look. */
    offset,
  }),
  subscribed: z.object({
    type: z.literal('subscribed'),
    workflowId: z.string().nullable(),
    events: z.array(z.string()),
  }),
  workflow_event: z.object({ type: z.literal('workflow_event'), ...workflow, ...relayedEventSchema.shape }),
  /** `eventType` is the name the client asked for. */
  event: z.object({ type: z.literal('event'), eventType: z.string(), ...relayedEventSchema.shape }),
  progress: z.object({
    type: z.literal('progress'),
    ...workflow,
    taskId: z.string(),
    step: z.string(),
    /** 0 to 100. */
    progress: z.number(),
    message: z.string(),
    offset,
  }),
  /** A piece of streamed model text: no event, not replayed, may be lost. */
  chunk: z.object({
    type: z.literal('chunk'),
    ...workflow,
    taskId: z.string(),
    step: z.string(),
    chunk: z.string(),
    at: z.string(),
  }),
  error: z.object({ type: z.literal('error'), message: z.string() }),
  shutdown: z.object({ type: z.literal('shutdown'), timestamp: z.string(), reconnectAfterMs: z.int() }),
} as const;
export type LiveMessageName = keyof typeof LIVE_MESSAGES;
export type LiveMessage<Name extends LiveMessageName> = z.infer<(typeof LIVE_MESSAGES)[Name]>;
