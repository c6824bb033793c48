import { type Decision, explainWorkflow, type WorkflowState } from '@tamma/domain';
import type { ControlDeps } from './control.ts';
import { type Decided, decideApproval } from './decide-approval.ts';
import { isBefore, type Obeyed, refused, type SpokenOrder, wordsOf } from './spoken-order.ts';

interface SpokenDecision extends SpokenOrder {
  readonly decision: Decision;
}

/** Decides what the workflow asks now, if it was asked when the comment was written: nobody approves what they have not seen. */
export async function sayDecision(
  deps: ControlDeps,
  state: WorkflowState,
  { decision, command, by, at }: SpokenDecision,
): Promise<Obeyed> {
  const { approval } = state;
  if (approval === null) return refused(`nobody is asked anything now: ${explainWorkflow(state).summary}`);
  if (isBefore(at, approval.since)) {
    return refused('what is asked now was asked after this was said; look at it, and say it again');
  }
  const comment = wordsOf(command);
  const decided = await decideApproval(deps, { approvalId: approval.id, decision, comment, by });
  return obeyedBy(decided, decision, by);
}

function obeyedBy(decided: Decided, decision: Decision, by: string): Obeyed {
  switch (decided.kind) {
    case 'decided':
      return { kind: 'obeyed', result: `${decision}: decided by ${by}`, isNews: true };
    case 'already': {
      const { by: other, decision: first, at } = decided.decision;
      if (other === by && first === decision) {
        return { kind: 'obeyed', result: `${decision}: decided by ${by}`, isNews: true };
      }
      return refused(`${other} decided "${first}" at ${at}; the first decision stands`);
    }
    case 'late':
      return refused(`it is too late to decide this: ${decided.why}`);
    case 'not-allowed':
      return refused(decided.why);
    case 'wrong-decision':
      return refused(`this cannot be said to what is asked; expected ${decided.possible.join(' or ')}`);
    case 'unknown':
      return refused('what was asked is not asked any more');
  }
}
