import { z } from 'zod';

/** Effects on the platform, by their names in the port, and what lies around them. */
export const EFFECTS = [
  'attempt',
  'body',
  'push',
  'markIssue',
  'ensureComment',
  'closeIssue',
  'ensureBranch',
  'deleteBranch',
  'ensurePullRequest',
  'mergePullRequest',
] as const;

/** One line of the witness file: something that a process was about to do, or had done. */
export const witnessLineSchema = z.object({
  effect: z.enum(EFFECTS),
  /** Null for what a process does outside of any task. */
  task: z.string().nullable(),
  attempt: z.int().nullable(),
  /** Which workflow it is about, where no task says so. */
  workflow: z.string().nullable(),
  /** The commit it is about, where there is one. */
  commit: z.string().nullable(),
  phase: z.enum(['before', 'after']),
  /** What came of it: an outcome, a fate, a result's kind, `ok` or `thrown`. Null before it is done. */
  result: z.string().nullable(),
  pid: z.int(),
  /** Milliseconds since the epoch. */
  at: z.number(),
});
export type WitnessLine = z.infer<typeof witnessLineSchema>;

/** The environment variable that names the file. */
export const WITNESS_VARIABLE = 'CHAOS_WITNESS';
