import { z } from 'zod';
import type { StepContext } from '../step.ts';

export const codeResultSchema = z.object({
  headCommit: z.string(),
  summary: z.string(),
  /** What the change stands on since it was last put onto the base; absent where it stands where its branch began. */
  baseCommit: z.string().optional(),
  /** Who made it; repairs of it are counted for them. */
  agent: z.string().optional(),
  /** What is to be said of tests that prove nothing, or are not there, and why; absent where they prove it, or need not. */
  testsCannotFail: z.string().optional(),
});
export type CodeResult = z.infer<typeof codeResultSchema>;

/** What the model that wrote the change left in its latest round; null before the first, and where nobody wrote any. */
export function findCodeResult({
  head,
  resultOf,
}: Pick<StepContext, 'head' | 'resultOf'>): CodeResult | null {
  const step = head.template.steps.find(({ handler }) => handler === 'code-generation');
  const parsed = codeResultSchema.safeParse(step === undefined ? undefined : resultOf(step.id));
  return parsed.success ? parsed.data : null;
}
