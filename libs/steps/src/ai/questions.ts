import { cutMiddle, type Outcome, type StoredDecision } from '@tamma/domain';
import { quote } from '../quote.ts';
import type { StepContext } from '../step.ts';
import { fence } from './fence.ts';

/** A question that a person answered. */
export interface AnsweredQuestion {
  readonly question: string;
  readonly answer: string;
  /** Who answered. */
  readonly by: string;
}

/** Questions that one step may ask; then it has to go on, or a person has to do more than answer. */
const QUESTIONS_MAX = 3;
const ANSWER_DEADLINE_MS = 24 * 3_600_000;
/** Longest question put to a person, in characters. */
const QUESTION_MAX = 4000;
/** Tells canned answers of conversations after an answer from those of later rounds. */
const ROUNDS_PER_ANSWER = 100;
const QUESTION = /^### Question \d+$/m;
const ANSWERED = 'Answered by';

/** What a step asked in the middle of its work is kept in TASK.md below a title of its own: with the answer comes nothing but its words. */
export interface Asked {
  readonly answered: readonly AnsweredQuestion[];
  /** TASK.md without what this task asked. */
  readonly task: string;
}

export async function readAsked(context: StepContext): Promise<Asked> {
  const whole = (await context.readArtifact('TASK.md')) ?? '';
  const { before, own } = splitAt(whole, titleOf(context));
  return { task: before, answered: matchAnswers(own, context.decisions) };
}

/** Whether the model may ask once more in this step. */
export function mayAsk({ answered }: Asked): boolean {
  return answered.length < QUESTIONS_MAX;
}

export function roundWith(context: StepContext, { answered }: Asked): number {
  return context.round + ROUNDS_PER_ANSWER * answered.length;
}

export function askPerson(context: StepContext, { task, answered }: Asked, question: string): Outcome<never> {
  const asked = cutMiddle(question, QUESTION_MAX);
  const own = `${titleOf(context)}\n\n${renderQuestions(answered, asked)}`;
  context.writeArtifact('TASK.md', task === '' ? own : `${task.trimEnd()}\n\n${own}`);
  return { kind: 'ask', question: asked, forMs: ANSWER_DEADLINE_MS };
}

/** With what a person answered, for the steps after this one; null when nothing was asked. */
export function withAnswers(context: StepContext, { task, answered }: Asked): string | null {
  if (answered.length === 0) return null;
  return `${task.trimEnd()}\n\n${titleOf(context)}\n\n${renderQuestions(answered, null)}`;
}

function titleOf({ taskId, head, step }: StepContext): string {
  if (step.handler === 'clarification') return '## Questions';
  return `## Questions of ${taskId.slice(head.workflowId.length + 1)}`;
}

function splitAt(text: string, title: string): { readonly before: string; readonly own: string } {
  const at = `\n${text}`.lastIndexOf(`\n${title}\n`);
  if (at < 0) return { before: text, own: '' };
  const before = text.slice(0, at).trimEnd();
  return { before: before === '' ? '' : `${before}\n`, own: text.slice(at) };
}

/**
 * Questions and answers of a request, oldest first. A decision holds the answer alone, so the question is read from
 * where it was written when it was asked; one that nobody answered in time is asked anew.
 */
function matchAnswers(section: string, decisions: readonly StoredDecision[]): readonly AnsweredQuestion[] {
  const questions = section.split(QUESTION).slice(1).map(readQuestion);
  return decisions
    .filter(({ decision }) => decision === 'answer')
    .map(({ comment, by }, i) => ({ question: questions[i] ?? 'not on record', answer: comment, by }));
}

/** For a model, both as data. */
export function describeAnswer({ question, answer, by }: AnsweredQuestion): string {
  return `${fence('question', question, { source: 'you' })}\n\n${fence('answer', answer, { author: by })}`;
}

/** Questions with their answers; `open` waits for its own. Empty without any question. */
function renderQuestions(answered: readonly AnsweredQuestion[], open: string | null): string {
  const parts = answered.map(
    ({ question, answer, by }, i) =>
      `${renderQuestion(question, i)}\n\n${ANSWERED} ${by}:\n\n${quote(answer)}`,
  );
  if (open !== null) parts.push(renderQuestion(open, answered.length));
  return parts.length === 0 ? '' : `${parts.join('\n\n')}\n`;
}

function renderQuestion(question: string, index: number): string {
  return `### Question ${index + 1}\n\n${quote(question)}`;
}

function readQuestion(section: string): string {
  const lines = section.split('\n');
  const answer = lines.findIndex((line) => line.startsWith(ANSWERED));
  const quoted = lines.slice(0, answer === -1 ? undefined : answer).filter((line) => line.startsWith('> '));
  return quoted.map((line) => line.slice(2)).join('\n');
}
