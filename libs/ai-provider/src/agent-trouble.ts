import { type ErrorReport, reportError, TammaError } from '@tamma/domain';
import { COMPLAINT_MAX, CORRECTIONS_MAX, FINISH_TOOL } from './agent-limits.ts';
import type { AiResponse } from './ai-provider.ts';
import type { Tool } from './tool.ts';
import { toLine } from './tool-call.ts';

/** A mistake of the caller, not of the model: thrown before anything is sent. */
export function ambiguousTools(tools: readonly Tool[]): TammaError {
  const names = tools.map((tool) => tool.name).join(', ');
  return new TammaError('AI_TOOLS_AMBIGUOUS', `the tools offered to the model share names: ${names}`, {
    class: 'validation',
    remedy: `Give every tool a name of its own; "${FINISH_TOOL}" is taken by the agent loop.`,
  });
}

/** Why a response cannot be worked with at all; null for one that can. */
export function findBreak({ stopReason }: Pick<AiResponse, 'stopReason'>): ErrorReport | null {
  if (stopReason === 'length') {
    return trouble(
      'AI_ANSWER_CUT',
      'the model reached its output limit in the middle of an answer',
      CUT_REMEDY,
    );
  }
  if (stopReason === 'refused') return trouble('AI_REFUSED', 'the model refused to answer', REFUSED_REMEDY);
  return null;
}

/** The complaint quotes names of fields that the model made up. */
export function unusable(complaint: string): ErrorReport {
  const message = `the model handed in nothing usable after ${CORRECTIONS_MAX} corrections: ${toLine(complaint, COMPLAINT_MAX)}`;
  return trouble('AI_RESULT_INVALID', message, UNUSABLE_REMEDY);
}

export function exhausted(turnsMax: number): ErrorReport {
  return trouble('AI_TURNS_EXHAUSTED', `the model did not finish within ${turnsMax} turns`, EXHAUSTED_REMEDY);
}

const CUT_REMEDY = 'Ask for a smaller change: split the issue, or name fewer files.';
const REFUSED_REMEDY = 'Look for text in the issue that a model may not work on, and reword it.';
const UNUSABLE_REMEDY =
  'Retry the step; if it happens again, make the issue more precise or choose a stronger model.';
const EXHAUSTED_REMEDY = 'Make the issue smaller or more precise, or raise ai.turnsMax of the project.';

function trouble(code: string, message: string, remedy: string): ErrorReport {
  return reportError(new TammaError(code, message, { class: 'model', remedy }));
}
