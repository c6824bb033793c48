import { BREAKER_DEFAULTS, CAPABILITIES, normalizeLabels, slugOf } from '@tamma/domain';
import { z } from 'zod';
import { duration, timerDuration } from './duration.ts';

/** `tamma.config.yaml`. Every object is strict: a misspelt key is an error, not a silent default. */

const labels = z.array(z.string().trim().min(1)).transform((values) => normalizeLabels(values));
const riskBelowHigh = z.enum(['low', 'medium'], 'expected low or medium; high risk always asks a person');
const count = z.int().positive();

const eligibility = z
  .strictObject({
    labelsRequired: labels.prefault(['tamma']),
    labelsExcluded: labels.prefault(['tamma-skip']),
    authorsTrusted: z.array(z.string().min(1)).default([]),
    skipAssigned: z.boolean().default(true),
    bodyMinLength: z.int().min(0).default(20),
  })
  .superRefine((rules, context) => {
    for (const label of rules.labelsRequired.filter((one) => rules.labelsExcluded.includes(one))) {
      context.addIssue({
        code: 'custom',
        path: ['labelsExcluded'],
        message: `"${label}" is both required and excluded, so no issue could ever qualify; take it out of one list`,
      });
    }
  });

const priority = z.strictObject({
  base: z.number().min(0).max(1000).default(300),
  labels: z
    .record(z.string().trim().toLowerCase().min(1), z.number().min(0).max(1000))
    .default({ 'priority: high': 400, 'priority: medium': 200, bug: 150 }),
  perDay: z.number().min(0).max(1000).default(5),
  ageMax: z.number().min(0).max(1000).default(200),
  assignedToSelf: z.number().min(0).max(1000).default(50),
});

const approvals = z.strictObject({
  automatic: z
    .strictObject({
      plan: z.array(riskBelowHigh).default(['low']),
      merge: z.array(riskBelowHigh).default(['low']),
    })
    .prefault({}),
  deadline: duration.prefault('24h'),
});

const command = z
  .array(z.string().min(1))
  .min(1, 'expected a program and its arguments, such as [npm, test]');
const gate = z.strictObject({ command, timeout: timerDuration.prefault('10m') });

const gates = z
  .strictObject({
    build: gate.prefault({ command: ['npm', 'run', 'build'] }),
    test: gate.prefault({ command: ['npm', 'test'] }),
    /** The project's own scanner, after the built-in search for secrets and the patch limits. */
    security: gate.optional(),
    patch: z
      .strictObject({
        filesMax: count.default(50),
        linesMax: count.default(2000),
        allowSensitivePaths: z.boolean().default(false),
      })
      .prefault({}),
    sandbox: z.enum(['optional', 'required']).default('optional'),
  })
  .prefault({});

/** Long enough to watch, short enough for a step's time limit. */
const PACE_MAX_MS = 60_000;

const ai = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('scripted'),
    /** Folder with one file of canned answers per issue. Relative paths start at the configuration file. */
    answers: z.string().min(1),
    turnsMax: count.max(200).default(40),
    /** How long one canned turn takes, so that people can watch; its text is streamed over that time. */
    pace: duration.refine((ms) => ms <= PACE_MAX_MS, 'expected at most 60s').prefault('0s'),
  }),
]);

const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,39}$/;

const localProject = z
  .strictObject({
    id: z
      .string()
      .regex(ID_PATTERN, 'expected up to 40 lower-case letters, digits and dashes')
      .refine(
        (id) => !/^\d+$/.test(id),
        'expected at least one letter: ids of queued work must not be numbers',
      )
      .optional(),
    platform: z.literal('local'),
    /** Path of a bare repository. */
    repository: z.string().min(1),
    /** Folder of `NNN-title.md` files. */
    issues: z.string().min(1),
    baseBranch: z.string().min(1).default('main'),
    /** The account whose name the engine's comments and assignments carry. */
    account: z.string().min(1).default('tamma'),
    workflow: z.string().min(1).default('issue-to-pr'),
    /** Workflows of this project at once; absent: as many as there are slots. */
    maxConcurrent: count.max(1000).optional(),
    eligibility: eligibility.prefault({}),
    priority: priority.prefault({}),
    approvals: approvals.prefault({}),
    gates,
    ai,
  })
  .transform((project) => ({ ...project, id: project.id ?? projectIdOf(project.repository) }));

/** One configured repository with its rules; only the `local` platform exists so far. */
export const projectSchema = localProject;
export type Project = z.infer<typeof projectSchema>;

function projectIdOf(repository: string): string {
  const name = repository.replace(/\/+$/, '').replace(/^.*\//s, '');
  const slug = slugOf(name.replace(/\.git$/, ''));
  return /^\d+$/.test(slug) ? `project-${slug}` : slug;
}

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
        stalledInterval: timerDuration.prefault('5s'),
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
    logging: z
      .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info') })
      .prefault({}),
    projects: z
      .array(projectSchema)
      .min(
        1,
        'expected at least one project: {platform: local, repository: <bare path>, issues: <folder>, ai: …}',
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
