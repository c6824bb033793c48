import type { StoredDecision } from '@tamma/domain';
import { fence } from '../ai/prompt.ts';

/** A question that a person answered. */
export interface AnsweredQuestion {
  readonly question: string;
  readonly answer: string;
  /** Who answered. */
  readonly by: string;
}

const SECTION = /^## Questions$/m;
const QUESTION = /^### Question \d+$/m;
/** All that a regular expression takes for the end of a line. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;
const ANSWERED = 'Answered by';

/**
 * Questions and answers of a request, oldest first. A decision holds the answer alone, so the question is read from
 * where it was written when it was asked; one that nobody answered in time is asked anew.
 */
export function matchAnswers(
  task: string | null,
  decisions: readonly StoredDecision[],
): readonly AnsweredQuestion[] {
  const questions = readQuestions(task ?? '');
  return decisions
    .filter(({ decision }) => decision === 'answer')
    .map(({ comment, by }, i) => ({ question: questions[i] ?? 'not on record', answer: comment, by }));
}

/** For a model, both as data. */
export function describeAnswer({ question, answer }: AnsweredQuestion): string {
  return `${fence('question', question)}\n\n${fence('answer', answer)}`;
}

/** The part of TASK.md that says what was asked; `open` waits for its answer. Empty without any question. */
export function renderQuestions(answered: readonly AnsweredQuestion[], open: string | null): string {
  const parts = answered.map(
    ({ question, answer, by }, i) =>
      `${renderQuestion(question, i)}\n\n${ANSWERED} ${by}:\n\n${quote(answer)}`,
  );
  if (open !== null) parts.push(renderQuestion(open, answered.length));
  return parts.length === 0 ? '' : `## Questions\n\n${parts.join('\n\n')}\n`;
}

function renderQuestion(question: string, index: number): string {
  return `### Question ${index + 1}\n\n${quote(question)}`;
}

/** Quoted, no line can pass for one of ours. */
function quote(text: string): string {
  return text
    .split(LINE_END)
    .map((line) => `> ${line}`)
    .join('\n');
}

function readQuestions(task: string): readonly string[] {
  // The last one: above it stands the title, which is not ours.
  const section = task.split(SECTION).at(-1) ?? '';
  return section.split(QUESTION).slice(1).map(readQuestion);
}

function readQuestion(section: string): string {
  const lines = section.split('\n');
  const answer = lines.findIndex((line) => line.startsWith(ANSWERED));
  const quoted = lines.slice(0, answer === -1 ? undefined : answer).filter((line) => line.startsWith('> '));
  return quoted.map((line) => line.slice(2)).join('\n');
}
