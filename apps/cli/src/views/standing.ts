import { hasWorkflowEnded, headlineOf, WAITING_WORDS, type WorkflowState } from '@tamma/domain';
import type { Look } from '../terminal/output.ts';
import { colorOf, commandsFor, formatUsage, outcomeOf } from './words.ts';

/** Where a workflow stands, in a line; and what a person can type when it waits for one. */
export function standingOf(state: WorkflowState, { paint }: Look): string[] {
  const { id, status, currentStep, waitingFor } = state;
  const head = `${paint('bold', id)} ${headlineOf(state)}`;
  const outcome = paint(colorOf(status), outcomeOf(state));
  if (hasWorkflowEnded(status)) return [`${head}: ${outcome}${linkOf(state)}, ${formatUsage(state.usage)}`];
  const step = currentStep === null ? '' : `, ${currentStep}`;
  const wait =
    waitingFor === null ? '' : `, waits for ${WAITING_WORDS[waitingFor.reason]}: ${waitingFor.why}`;
  return [`${head}: ${outcome}${step}${wait}`, ...commandsFor(state).map((command) => `  ${command}`)];
}

function linkOf({ pullRequest }: WorkflowState): string {
  return pullRequest === null ? '' : `, pull request #${pullRequest.number} ${pullRequest.url}`;
}
