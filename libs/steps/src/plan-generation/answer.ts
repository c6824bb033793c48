import { RISK_LEVELS } from '@tamma/domain';
import { z } from 'zod';

const STEPS_MAX = 12;
const OPTIONS_MAX = 3;
/** Fewer are no choice. */
const OPTIONS_MIN = 2;

const line = z.string().min(1);
const optionSchema = z.object({
  name: line,
  summary: line,
  pros: z.array(line).default([]),
  cons: z.array(line).default([]),
});
export type PlanOption = z.infer<typeof optionSchema>;

export const planAnswerSchema = z.object({
  summary: line,
  steps: z.array(line).min(1).max(STEPS_MAX),
  files: z.array(line),
  risk: z.enum(RISK_LEVELS),
  breaking: z.boolean(),
  deletesFiles: z.boolean(),
  testPlan: line,
  options: z.array(optionSchema).max(OPTIONS_MAX).default([]),
  /** Name of an option; empty without any. */
  chosen: z.string().default(''),
});
export type PlanAnswer = z.infer<typeof planAnswerSchema>;

/** On an issue whose people want to see what else could be done. */
const OPTIONS_LABEL = 'design-options-needed';

export function areOptionsWanted(labels: readonly string[]): boolean {
  return labels.includes(OPTIONS_LABEL);
}

/** What is wrong with the options of a plan, for the model; null when nothing is. */
export function judgeOptions({ options, chosen }: PlanAnswer, labels: readonly string[]): string | null {
  if (options.length < OPTIONS_MIN && areOptionsWanted(labels))
    return `options: ${OPTIONS_MIN} or ${OPTIONS_MAX} are wanted, each with its trade-offs.`;
  if (options.length > 0 && !options.some(({ name }) => name === chosen))
    return 'chosen: it has to be the name of one of the options.';
  return null;
}
