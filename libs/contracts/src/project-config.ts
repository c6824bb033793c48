import { ACCOUNT_ROLES, AUTHOR_ROLES, normalizeLabels, slugOf } from '@tamma/domain';
import { z } from 'zod';
import { aiSchema } from './ai-config.ts';
import { duration, timerDuration } from './duration.ts';

/** The projects of `tamma.config.yaml`. Every object is strict: a misspelt key is an error, not a silent default. */

const labels = z.array(z.string().trim().min(1)).transform((values) => normalizeLabels(values));
const riskBelowHigh = z.enum(['low', 'medium'], 'expected low or medium; high risk always asks a person');
const count = z.int().positive();

const words = z.array(z.string().trim().min(1));
const eligibilityRules = z.strictObject({
  labelsRequired: labels.prefault(['tamma']),
  labelsExcluded: labels.prefault(['tamma-skip']),
  authorsTrusted: words.default([]),
  rolesTrusted: z.array(z.enum(AUTHOR_ROLES)).default([]),
  milestones: words.default([]),
  ageMin: duration.prefault('0s'),
  skipAssigned: z.boolean().default(true),
  bodyMinLength: z.int().min(0).default(20),
  justification: z.strictObject({ headings: words.default([]), labels: labels.prefault([]) }).prefault({}),
  skipBlocked: z.boolean().default(true),
  skipWithPullRequest: z.boolean().default(true),
  skipDuplicates: z.boolean().default(true),
});
type EligibilityInput = z.input<typeof eligibilityRules>;

/** The rules with other defaults: whom a platform lets in differs. */
const eligibilityWith = (defaults: EligibilityInput) =>
  z.preprocess(
    (given) =>
      typeof given === 'object' && given !== null && !Array.isArray(given)
        ? { ...defaults, ...given }
        : given,
    eligibility,
  );

const eligibility = eligibilityRules.superRefine((rules, context) => {
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
const gate = z.strictObject({
  command,
  timeout: timerDuration.prefault('10m'),
  /** Whether it may reach the network; in the sandbox it is cut off otherwise. */
  network: z.boolean().default(false),
});

const gates = z
  .strictObject({
    build: gate.prefault({ command: ['npm', 'run', 'build'] }),
    test: gate.prefault({ command: ['npm', 'test'] }),
    /** Run once in each checkout before any other command, such as `npm ci`; its network is open unless said otherwise. */
    prepare: gate.extend({ network: z.boolean().default(true) }).optional(),
    /** The project's own scanner, after the built-in search for secrets and the patch limits. */
    security: gate.optional(),
    patch: z
      .strictObject({
        filesMax: count.default(50),
        linesMax: count.default(2000),
        allowSensitivePaths: z.boolean().default(false),
        /** Further paths nobody but a person changes: `*` within a folder, `**` across folders. */
        protectedPaths: words.default([]),
      })
      .prefault({}),
    sandbox: z.enum(['optional', 'required']).default('optional'),
    /** Patterns of test files; absent: the habits of most languages. */
    testPaths: words.optional(),
  })
  .prefault({});

/** US dollars; null: no limit. A day is one of UTC. */
const usd = z.number().positive().nullable();
const budgets = z
  .strictObject({ step: usd.default(5), workflow: usd.default(10), day: usd.default(50) })
  .prefault({});

const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,39}$/;

const RECHECK_MIN_MS = 1000;
const recheck = timerDuration.refine((ms) => ms >= RECHECK_MIN_MS, 'expected at least 1s');

/** How a change gets from its branch into the base branch, on platforms where others have a say in it. */
const delivery = {
  pullRequest: z
    .strictObject({
      /** `{title}` and `{issue}` stand for the issue's. */
      title: z.string().min(1).default('{title} (#{issue})'),
      /** Text with `{closes}`, `{changes}`, `{gates}`, `{issue}` and `{workflow}`; absent: all of them, in order. */
      body: z.string().min(1).optional(),
      labels: words.default([]),
      reviewers: words.default([]),
      teamReviewers: words.default([]),
      /** Opened as a draft, and made ready once its checks are green. */
      draft: z.boolean().default(true),
    })
    .prefault({}),
  merge: z
    .strictObject({
      method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
      deleteBranch: z.boolean().default(true),
    })
    .prefault({}),
  ci: z
    .strictObject({
      deadline: duration.prefault('2h'),
      recheck: recheck.prefault('30s'),
      /** How long a commit without any check is watched before it counts as one that nobody checks. */
      grace: duration.prefault('60s'),
      /** Red checks are run once more before anything is repaired. */
      rerunOnce: z.boolean().default(true),
    })
    .prefault({}),
  reviews: z
    .strictObject({
      /** Approvals of people that are awaited beside what the base branch's protection demands. */
      required: z.int().min(0).max(10).default(0),
      deadline: duration.prefault('7d'),
      recheck: recheck.prefault('60s'),
      /** How long reviewers are left to finish before their remarks are taken up. */
      settle: duration.prefault('60s'),
    })
    .prefault({}),
  /** What an account must be allowed on the platform to steer work from there. */
  people: z
    .strictObject({
      view: z.enum(ACCOUNT_ROLES).default('triage'),
      operate: z.enum(ACCOUNT_ROLES).default('write'),
      approve: z.enum(ACCOUNT_ROLES).default('write'),
    })
    .prefault({}),
  /** What happens when an issue is edited while it is worked on: it is begun anew, or only stopped. */
  onEdit: z.enum(['restart', 'stop']).default('restart'),
};

const id = z
  .string()
  .regex(ID_PATTERN, 'expected up to 40 lower-case letters, digits and dashes')
  .refine(
    (text) => !/^\d+$/.test(text),
    'expected at least one letter: ids of queued work must not be numbers',
  )
  .optional();

/** What every project has, wherever it lies. */
const common = {
  id,
  baseBranch: z.string().min(1).default('main'),
  workflow: z.string().min(1).default('issue-to-pr'),
  /** Workflows of this project at once; absent: as many as there are slots. */
  maxConcurrent: count.max(1000).optional(),
  priority: priority.prefault({}),
  approvals: approvals.prefault({}),
  gates,
  ai: aiSchema,
  budgets,
  ...delivery,
};

const localProject = z.strictObject({
  ...common,
  platform: z.literal('local'),
  /** Path of a bare repository. */
  repository: z.string().min(1),
  /** Folder of `NNN-title.md` files. */
  issues: z.string().min(1),
  /** The account whose name the engine's comments and assignments carry. */
  account: z.string().min(1).default('tamma'),
  eligibility: eligibility.prefault({}),
});

const githubProject = z.strictObject({
  ...common,
  platform: z.literal('github'),
  repository: z
    .string()
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[\w.-]{1,100}$/,
      'expected owner/name, such as acme/till',
    ),
  /** The account the credential belongs to; empty: it is asked for when the engine starts. */
  account: z.string().default(''),
  eligibility: eligibilityWith({ rolesTrusted: ['owner', 'member', 'collaborator'] }).prefault({}),
});

/** One configured repository with its rules. */
export const projectSchema = z
  .discriminatedUnion('platform', [localProject, githubProject])
  .transform((project) => ({ ...project, id: project.id ?? projectIdOf(project.repository) }));
export type Project = z.infer<typeof projectSchema>;
/** Which template and which places a project names, readable even when the rest of it is wrong. */
export const projectOutlineSchema = z.discriminatedUnion('platform', [
  localProject
    .pick({ platform: true, workflow: true, repository: true, issues: true, baseBranch: true })
    .strip(),
  githubProject.pick({ platform: true, workflow: true, repository: true, baseBranch: true }).strip(),
]);
export type LocalProject = Extract<Project, { platform: 'local' }>;
export type GitHubProject = Extract<Project, { platform: 'github' }>;

function projectIdOf(repository: string): string {
  const name = repository.replace(/\/+$/, '').replace(/^.*\//s, '');
  const slug = slugOf(name.replace(/\.git$/, ''));
  return /^\d+$/.test(slug) ? `project-${slug}` : slug;
}
