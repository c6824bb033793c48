import { BREAKER_DEFAULTS, CAPABILITIES } from '@tamma/domain';
import { z } from 'zod';
import { priceSchema } from './ai-config.ts';
import { duration, timerDuration } from './duration.ts';
import { projectSchema } from './project-config.ts';

/** `tamma.config.yaml`. Every object is strict: a misspelt key is an error, not a silent default. */

const count = z.int().positive();

const queueLimits = z.strictObject({
  /** Tasks that run at once. */
  concurrency: count.max(10_000).optional(),
  /** Tasks that begin per period. */
  rate: z.strictObject({ max: count, per: timerDuration }).optional(),
});

export const configSchema = z
  .strictObject({
    server: z
      .strictObject({
        host: z.string().min(1).default('127.0.0.1'),
        port: z.int().min(0).max(65_535).default(3000),
        cors: z
          .strictObject({
            /** Origins of web pages that may call the API from a browser, such as https://ops.example.org. */
            origins: z.array(z.url()).default([]),
            credentials: z.boolean().default(false),
          })
          .prefault({}),
        /** Requests per address off loopback, and per name of who is signed in. */
        rateLimit: z
          .strictObject({
            max: count.default(100),
            signedInMax: count.default(1000),
            window: timerDuration.prefault('60s'),
          })
          .prefault({}),
      })
      .prefault({}),
    database: z
      .strictObject({
        url: z.string().optional(),
        poolMax: count.max(100).default(20),
      })
      .prefault({}),
    redis: z
      .strictObject({
        url: z.string().optional(),
        prefix: z
          .string()
          .regex(/^[a-z0-9-]{1,30}$/, 'expected up to 30 lower-case letters, digits and dashes')
          .default('tamma'),
      })
      .prefault({}),
    workflow: z
      .strictObject({
        maxConcurrent: count.max(1000).default(10),
        escalationDeadline: duration.prefault('7d'),
        /** Time the attempts of one workflow may run altogether; waits do not count. */
        activeLimit: duration.prefault('2h'),
        suspendedDeadline: duration.prefault('30d'),
      })
      .prefault({}),
    taskQueue: z
      .strictObject({
        lockDuration: timerDuration.prefault('30s'),
        // Up to two looks after its lock lapsed a dead worker's task is found: 36 s at most, of the 40 s we promise.
        stalledInterval: timerDuration.prefault('3s'),
        /** Limits over all workers together, by capability. */
        limits: z.partialRecord(z.enum(CAPABILITIES), queueLimits).default({}),
      })
      .prefault({})
      .refine((queue) => queue.lockDuration >= 1000, {
        path: ['lockDuration'],
        message: 'expected at least 1s: a shorter lock lapses while a healthy worker is busy',
      }),
    workers: z
      .strictObject({
        heartbeatInterval: timerDuration.prefault('10s'),
        offlineAfter: timerDuration.prefault('30s'),
        shutdownGrace: timerDuration.prefault('20s'),
      })
      .prefault({})
      .refine((workers) => workers.offlineAfter >= 2 * workers.heartbeatInterval, {
        path: ['offlineAfter'],
        message:
          'expected at least twice workers.heartbeatInterval, or one late beat takes a healthy worker away',
      }),
    breaker: z
      .strictObject({
        failures: count.max(1000).default(BREAKER_DEFAULTS.failuresMax),
        window: timerDuration.prefault('60s'),
        open: timerDuration.prefault('300s'),
      })
      .prefault({}),
    recovery: z.strictObject({ reconcileInterval: timerDuration.prefault('60s') }).prefault({}),
    intake: z.strictObject({ pollInterval: timerDuration.prefault('60s') }).prefault({}),
    events: z
      .strictObject({
        batchSize: count.max(5000).default(500),
        flushInterval: timerDuration.prefault('50ms'),
        unrecordedMax: count.default(1_000_000),
      })
      .prefault({}),
    budgets: z
      .strictObject({
        /** US dollars a day (UTC) for the models of all projects together; null: no limit. */
        day: z.number().positive().nullable().default(200),
      })
      .prefault({}),
    /** US dollars per million tokens, by model: for models that the built-in table does not know, or other prices. */
    prices: z.record(z.string().min(1), priceSchema).default({}),
    logging: z
      .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') })
      .prefault({}),
    projects: z
      .array(projectSchema)
      .min(
        1,
        'expected at least one project: {platform: github, repository: <owner/name>, ai: …} or {platform: local, repository: <bare path>, issues: <folder>, ai: …}',
      ),
  })
  .superRefine((config, context) => {
    config.projects.forEach((project, index) => {
      const twin = config.projects.findIndex((other) => other.id === project.id);
      if (twin < index) {
        context.addIssue({
          code: 'custom',
          path: ['projects', index, 'id'],
          message: `"${project.id}" is the id of projects[${twin}] already; give this one an id of its own`,
        });
      }
    });
  });

export type Config = z.infer<typeof configSchema>;
/** The shape a person writes: everything with a default may be left out. */
export type ConfigInput = z.input<typeof configSchema>;
