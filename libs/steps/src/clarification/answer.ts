import { z } from 'zod';

const QUESTIONS_MAX = 5;
const CHECKS_MAX = 12;
const LINES_MAX = 12;

const line = z.string().min(1);
export const clarificationAnswerSchema = z.object({
  /** 0 to 100. */
  ambiguity: z.int().min(0).max(100),
  /** Whether it cannot be carried out before the questions are answered, whatever the number says. */
  needsClarification: z.boolean().default(false),
  goal: line,
  acceptance: z.array(line).min(1).max(CHECKS_MAX),
  questions: z.array(line).max(QUESTIONS_MAX),
  assumptions: z.array(line).max(LINES_MAX).default([]),
  scope: z.enum(['small', 'medium', 'large']).default('small'),
  /** The issues it could be made into. */
  split: z.array(line).max(LINES_MAX).default([]),
});
export type ClarificationAnswer = z.infer<typeof clarificationAnswerSchema>;

/** From here on the author is asked instead of guessed at. */
const AMBIGUITY_ASK = 70;
/** From here on it is better made into several issues. */
const AMBIGUITY_SPLIT = 90;
/** On an issue whose author wants it done as it is. */
const NO_QUESTIONS_LABELS: readonly string[] = ['skip-questions', 'proceed-despite-ambiguity'];

export function isWithoutQuestions(labels: readonly string[]): boolean {
  return labels.some((label) => NO_QUESTIONS_LABELS.includes(label));
}

/** What the author is to be asked; null to go on. */
export function questionOf(answer: ClarificationAnswer, labels: readonly string[]): string | null {
  const { ambiguity, needsClarification, questions } = answer;
  const isOpen = needsClarification || ambiguity > AMBIGUITY_ASK;
  if (!isOpen || questions.length === 0 || isWithoutQuestions(labels)) return null;
  const asked = questions.join('\n');
  return ambiguity > AMBIGUITY_SPLIT ? `${asked}\n\n${adviceToSplit(answer)}` : asked;
}

function adviceToSplit({ split }: ClarificationAnswer): string {
  const parts = split.map((part) => `\n- ${part}`).join('');
  const how = parts === '' ? '.' : `, such as:${parts}\n`;
  return `This leaves so much open that it may be better to close it and open smaller issues${how} To have it worked as it is, answer, or add the label proceed-despite-ambiguity and retry.`;
}
