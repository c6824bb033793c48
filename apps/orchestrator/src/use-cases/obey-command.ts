import { hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import { cancelByPerson } from './cancel-by-person.ts';
import type { ControlDeps, Controlled, ControlRequest } from './control.ts';
import { prioritizeByPerson } from './prioritize-by-person.ts';
import { resumeByPerson } from './resume-by-person.ts';
import { retryByPerson } from './retry-by-person.ts';
import { sayDecision } from './say-decision.ts';
import { isBefore, type Obeyed, refused, type SpokenOrder, wordsOf } from './spoken-order.ts';
import { suspendByPerson } from './suspend-by-person.ts';
import { wasCarriedOut } from './traces-of-command.ts';

/**
 * Carries out what a person said about a workflow. It counts for what there was when it was written: a workflow that began
 * later, or a question that was asked later, is not what its author had in mind. One that was cut off changes nothing twice.
 */
export async function obeyCommand(
  deps: ControlDeps,
  state: WorkflowState | null,
  spoken: SpokenOrder,
): Promise<Obeyed> {
  if (state === null) return refused(`nothing works on #${spoken.number} now`);
  if (isBefore(spoken.at, state.createdAt)) {
    return refused('this was said before the work began; say it again if it is still meant');
  }
  if (spoken.isAgain && (await wasCarriedOut(deps, state.id, spoken))) {
    return { kind: 'obeyed', result: 'it was carried out', isNews: true };
  }
  if (hasWorkflowEnded(state.status)) return refused(`nothing works on #${spoken.number} any more`);
  return carryOut(deps, state, spoken);
}

function carryOut(deps: ControlDeps, state: WorkflowState, spoken: SpokenOrder): Promise<Obeyed> {
  const { command } = spoken;
  switch (command.kind) {
    case 'approve':
    case 'reject':
    case 'edit':
    case 'answer':
      return sayDecision(deps, state, { ...spoken, decision: command.kind });
    case 'retry':
      return retry(deps, state, spoken);
    case 'priority': {
      const request = { ...requestOf(state, spoken), score: command.score };
      return prioritizeByPerson(deps, request).then(obeyedBy);
    }
    case 'cancel':
    case 'suspend':
    case 'resume':
      return CONTROLS[command.kind](deps, requestOf(state, spoken)).then(obeyedBy);
  }
}

const CONTROLS = { cancel: cancelByPerson, suspend: suspendByPerson, resume: resumeByPerson } as const;

/** What stopped later is another trouble than the one its author saw. */
async function retry(deps: ControlDeps, state: WorkflowState, spoken: SpokenOrder): Promise<Obeyed> {
  const { escalation } = state;
  if (escalation !== null && isBefore(spoken.at, escalation.since)) {
    return refused('it stopped only after this was said; say it again to have it tried again');
  }
  return obeyedBy(await retryByPerson(deps, requestOf(state, spoken)));
}

function requestOf({ id: workflowId }: WorkflowState, { command, by, number }: SpokenOrder): ControlRequest {
  const text = wordsOf(command);
  return { workflowId, by, reason: text === '' ? `said in a comment on #${number}` : text };
}

function obeyedBy(controlled: Controlled): Obeyed {
  switch (controlled.kind) {
    case 'done': {
      const { changed: isNews, message: result } = controlled.result;
      return { kind: 'obeyed', result, isNews };
    }
    case 'unknown':
    case 'unknown-step':
      return refused('nothing works on it any more');
    case 'not-allowed':
    case 'impossible':
      return refused(controlled.why);
  }
}
