import { CAPABILITIES } from '@tamma/domain';
import { z } from 'zod';

/** How much of the engine takes part, each with all that stands before it. */
export const RUNGS = ['bare', 'guard', 'commit', 'record', 'relay'] as const;
export type Rung = (typeof RUNGS)[number];

const consume = z.object({
  ask: z.literal('consume'),
  rung: z.enum(RUNGS),
  redisUrl: z.string(),
  prefix: z.string(),
  concurrency: z.int().positive(),
  /** Queues that nobody consumes: whatever gets there waits. */
  without: z.array(z.enum(CAPABILITIES)),
});
const tell = z.object({
  ask: z.literal('tell'),
  redisUrl: z.string(),
  prefix: z.string(),
  perSecond: z.int().positive(),
  seconds: z.number().positive(),
});
const profile = z.object({ ask: z.enum(['profile-start', 'profile-stop']) });

/** What the side that runs tasks is asked. */
export const workerRequestSchema = z.union([consume, tell, profile, z.object({ ask: z.literal('rest') })]);
export type WorkerRequest = z.infer<typeof workerRequestSchema>;
export type ConsumeRequest = z.infer<typeof consume>;
export type TellRequest = z.infer<typeof tell>;

/** What the side that watches, as a browser does, is asked. */
export const watcherRequestSchema = z.union([
  z.object({ ask: z.literal('watch'), port: z.int(), events: z.array(z.string()) }),
  z.object({ ask: z.literal('take') }),
  z.object({ ask: z.literal('rest') }),
]);
export type WatcherRequest = z.infer<typeof watcherRequestSchema>;

/** What a watcher saw since it was asked last. */
export const sightSchema = z.object({ count: z.int(), latenciesMs: z.array(z.number()) });

export const profileRowsSchema = z.array(z.object({ place: z.string(), share: z.number() }));
export type ProfileRows = z.infer<typeof profileRowsSchema>;

export const nothingSchema = z.unknown();
