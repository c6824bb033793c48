import { type ErrorReport, reportError, TammaError } from '@tamma/domain';
import { ASK_TOOL, COMPLAINT_MAX, CORRECTIONS_MAX, FINISH_TOOL, REPEATS_MAX } from './agent-limits.ts';
import { toLine } from './line.ts';
import type { Tool } from './tool.ts';

/** Why an answer was not what was asked, when it reached the longest it may be. */
export const CUT_COMPLAINT = 'its answer was cut at its longest';
/** Why an answer was not what was asked, when it was words alone. */
export const SILENT_COMPLAINT = 'it called no tool';

/** A mistake of the caller, not of the model: thrown before anything is sent. */
export function ambiguousTools(tools: readonly Tool[]): TammaError {
  const names = tools.map((tool) => tool.name).join(', ');
  return new TammaError('AI_TOOLS_AMBIGUOUS', `the tools offered to the model share names: ${names}`, {
    class: 'validation',
    remedy: `Give every tool a name of its own; "${FINISH_TOOL}" and "${ASK_TOOL}" are taken by the agent loop.`,
  });
}

/** Whether a provider refused a request because it is longer than its model can read. */
export function isContextExceeded(thrown: unknown): boolean {
  return thrown instanceof TammaError && thrown.code === 'AI_CONTEXT_EXCEEDED';
}

export function refused(): ErrorReport {
  return trouble('AI_REFUSED', 'the model refused to answer', REFUSED_REMEDY);
}

/** The complaint quotes names of fields that the model made up. */
export function unusable(complaint: string): ErrorReport {
  const message = `the model handed in nothing usable after ${CORRECTIONS_MAX} corrections: ${toLine(complaint, COMPLAINT_MAX)}`;
  return complaint === CUT_COMPLAINT
    ? trouble('AI_ANSWER_CUT', message, CUT_REMEDY)
    : trouble('AI_RESULT_INVALID', message, UNUSABLE_REMEDY);
}

export function exhausted(turnsMax: number): ErrorReport {
  return trouble('AI_TURNS_EXHAUSTED', `the model did not finish within ${turnsMax} turns`, EXHAUSTED_REMEDY);
}

/** The error itself, since it is the reason that calls are aborted with. */
export function timeUp(timeMaxMs: number): TammaError {
  const message = `the model did not finish within ${timeMaxMs / 1000} s`;
  return new TammaError('AI_TIME_EXHAUSTED', message, { class: 'model', remedy: TIME_REMEDY });
}

export function repeating(tools: readonly string[]): ErrorReport {
  const names = toLine([...new Set(tools)].join(', '), COMPLAINT_MAX);
  const message = `the model made the same calls with the same answers ${REPEATS_MAX} turns in a row: ${names}`;
  return trouble('AI_NO_PROGRESS', message, PROGRESS_REMEDY);
}

export function idle(turns: number): ErrorReport {
  const message = `the model changed no file, commit or gate for ${turns} turns in a row`;
  return trouble('AI_NO_PROGRESS', message, PROGRESS_REMEDY);
}

export function tooLong(tokens: number, contextTokensMax: number): ErrorReport {
  const message = `the conversation is about ${tokens} tokens long, of ${contextTokensMax} it may have, and nothing more can be left out`;
  return trouble('AI_CONVERSATION_TOO_LONG', message, TOO_LONG_REMEDY);
}

const CUT_REMEDY =
  "Ask for a smaller change: split the issue, or name fewer files; or raise the agent's outputTokensMax.";
const REFUSED_REMEDY = 'Look for text in the issue that a model may not work on, and reword it.';
const UNUSABLE_REMEDY =
  'Retry the step; if it happens again, make the issue more precise or choose a stronger model.';
const EXHAUSTED_REMEDY = 'Make the issue smaller or more precise, or raise ai.turnsMax of the project.';
const TIME_REMEDY =
  'Make the issue smaller, choose a faster model, or raise ai.timeMax of the project, which its steps have to allow for.';
const PROGRESS_REMEDY =
  'Look at the calls of the last turns; make the issue more precise, choose a stronger model, or raise ai.idleTurnsMax of the project.';
const TOO_LONG_REMEDY =
  "Make the issue smaller, choose a model with a longer context, or raise the agent's contextTokensMax as far as its model allows.";

function trouble(code: string, message: string, remedy: string): ErrorReport {
  return reportError(new TammaError(code, message, { class: 'model', remedy }));
}
