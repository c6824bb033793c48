import { z } from 'zod';

/** Bugs that one conversation may note, so that a talkative model fills no page. */
const BUGS_MAX = 10;

const bugSchema = z.object({
  path: z.string().min(1).max(300),
  note: z.string().min(1).max(1000),
});
export type SeenBug = z.infer<typeof bugSchema>;

/** Blanks are no message, and git takes no NUL. */
const message = z
  .string()
  .trim()
  .min(1)
  .refine((text) => !text.includes('\0'), 'holds a NUL character');

export const changeSchema = z.object({
  summary: z.string().min(1),
  tests: z.array(z.string()),
  commitMessage: message,
  /** Faults seen on the way that are none of the task. */
  bugs: z.array(bugSchema).max(BUGS_MAX).default([]),
});

/** Whoever is asked for a change the first time may find that none is needed, and has to say why. */
export const firstChangeSchema = changeSchema.extend({
  /** For the commit that holds the tests alone; absent: made of the other one. */
  testCommitMessage: message.optional(),
  /** Steps of the plan that were done, by number or by their words; absent: all of them. */
  stepsDone: z.array(z.string()).optional(),
  testsCannotFail: z.string().min(1).optional(),
  /** What `noChangeNeeded` is for; absent in older recordings. */
  outcome: z.enum(['changed', 'no-change-needed']).optional(),
  noChangeNeeded: z.string().min(1).optional(),
});
type FirstChange = z.infer<typeof firstChangeSchema>;
/** What a change comes with, whoever was asked for it. */
export type Change = z.infer<typeof changeSchema> & Partial<FirstChange>;

/** Why nothing is to be done, where the model says so; some fill in every field they are offered. */
export function whyNoChange({ outcome, noChangeNeeded }: Change): string | null {
  return outcome === 'changed' ? null : (noChangeNeeded ?? null);
}
