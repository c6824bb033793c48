import type { WorkflowState } from '@tamma/domain';
import { foreignLine } from './foreign-text.ts';

const WHY_MAX = 1000;

/** The first sentence: what it comes to, for who reads nothing else. */
export function headlineOf(state: WorkflowState): string {
  switch (state.status) {
    case 'completed':
      return completed(state);
    case 'cancelled':
      return cancelled(state);
    case 'failed':
      return `Tamma failed: ${words(state.error?.message, 'it gave up')} ${nameOf(state)}.`;
    default:
      return open(state);
  }
}

function completed(state: WorkflowState): string {
  const { result, pullRequest, mergeCommit, completedBecause } = state;
  if (result === 'no-change') {
    return `Tamma is done: no change was needed. ${words(completedBecause, '')} ${nameOf(state)}.`;
  }
  const by = pullRequest === null ? '' : ` by pull request #${pullRequest.number}`;
  const as = mergeCommit === null ? '' : ` as commit ${mergeCommit}`;
  return result === 'merged' ? `Done: merged${by}${as} ${nameOf(state)}.` : `Done ${nameOf(state)}.`;
}

function cancelled(state: WorkflowState): string {
  const { cancelledBecause, pullRequest, mergeCommit, wasEdited } = state;
  const stopped = `Tamma stopped: ${words(cancelledBecause, 'it was cancelled')} ${nameOf(state)}.`;
  if (pullRequest === null) return stopped;
  const fate = mergeCommit === null ? fateOf(wasEdited) : `was merged before that, as ${mergeCommit}`;
  return `${stopped} Pull request #${pullRequest.number} ${fate}.`;
}

function fateOf(wasEdited: boolean): string {
  return wasEdited ? 'is closed: it answers a text that is no longer there' : 'stays as it is';
}

function open(state: WorkflowState): string {
  const { escalation, error, suspended, approval } = state;
  if (suspended !== null) {
    return `Tamma stands still: ${words(suspended.why, 'a person asked for it')} ${nameOf(state)}.`;
  }
  if (escalation !== null) {
    const remedy = error?.remedy === undefined ? '' : `\n\nWhat to do: ${words(error.remedy, '')}`;
    const where = `(workflow \`${state.id}\`, step ${escalation.stepId})`;
    return `Tamma needs a person: ${words(error?.message, 'a step stopped for good')} ${where}.${remedy}`;
  }
  if (approval !== null) {
    const wanted = approval.kind === 'question' ? 'an answer' : `somebody to approve the ${approval.kind}`;
    return `Tamma waits for ${wanted}: ${words(approval.why, 'it may not decide that by itself')} ${nameOf(state)}.`;
  }
  return `Tamma is working on this issue ${nameOf(state)}.`;
}

function nameOf({ id }: WorkflowState): string {
  return `(workflow \`${id}\`)`;
}

function words(text: string | null | undefined, otherwise: string): string {
  return foreignLine(text ?? otherwise, WHY_MAX).replace(/\.$/, '');
}
