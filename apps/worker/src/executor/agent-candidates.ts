import type { AiSettings } from '@tamma/contracts';
import { normalizeLabels } from '@tamma/domain';

export interface AgentQuestion {
  /** The step's handler. */
  readonly step: string;
  /** Of the issue. */
  readonly labels: readonly string[];
}

/** Who may do a step, in the order the project wants: the first rule that fits says so, else `use`. */
export function candidatesFor(
  ai: Pick<AiSettings, 'rules' | 'use'>,
  question: AgentQuestion,
): readonly string[] {
  const labels = new Set(normalizeLabels(question.labels));
  const rule = ai.rules.find(
    (one) =>
      (one.steps === undefined || one.steps.some((step) => step === question.step)) &&
      (one.labels === undefined || normalizeLabels(one.labels).some((label) => labels.has(label))),
  );
  return [...new Set(rule?.use ?? ai.use)];
}
