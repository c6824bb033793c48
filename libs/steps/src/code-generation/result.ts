import { z } from 'zod';
import type { StepContext } from '../step.ts';

export const codeResultSchema = z.object({
  headCommit: z.string(),
  summary: z.string(),
  /** What the change stands on since it was last put onto the base; absent where it stands where its branch began. */
  baseCommit: z.string().optional(),
  /** Who made it; repairs of it are counted for them. */
  agent: z.string().optional(),
  /** Why its tests pass without the change, too; absent where they do not, or there are none. */
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
