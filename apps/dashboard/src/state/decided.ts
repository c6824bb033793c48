import type { AnyEvent } from '@tamma/domain';
import type { Choice } from '../view/decisions.ts';

/** A decision that was made, here or elsewhere. */
export interface DecisionMade {
  /** The approval's id; the workflow's for an escalation. */
  readonly id: string;
  readonly choice: Choice;
  readonly by: string;
  readonly at: string;
}

/** By id, the latest of each. */
export type Decided = ReadonlyMap<string, DecisionMade>;

export const NOTHING_DECIDED: Decided = new Map();
const DECISIONS_KEPT_MAX = 200;

export function keepDecision(decided: Decided, made: DecisionMade): Decided {
  const kept = [...decided].filter(([id]) => id !== made.id);
  return new Map([...kept, [made.id, made] as const].slice(-DECISIONS_KEPT_MAX));
}

/** What an event says about a decision; most say nothing. */
export function noteDecision(decided: Decided, event: AnyEvent): Decided {
  const about = decisionIn(event);
  if (about === null) return decided;
  return keepDecision(decided, { ...about, by: event.actor.id, at: event.at });
}

function decisionIn(event: AnyEvent): Pick<DecisionMade, 'id' | 'choice'> | null {
  switch (event.type) {
    case 'APPROVAL.PROVIDED.SUCCESS':
      return event.data.approvalId === null
        ? null
        : { id: event.data.approvalId, choice: event.data.decision };
    case 'QUESTION.ANSWERED.SUCCESS':
      return { id: event.data.approvalId, choice: 'answer' };
    case 'ESCALATION.RESOLVED.SUCCESS':
      return { id: event.workflowId ?? '', choice: event.data.decision };
    case 'WORKFLOW.CANCELLED.SUCCESS':
      return { id: event.workflowId ?? '', choice: 'cancel' };
    default:
      return null;
  }
}

/** The decision on what was asked at that time; an escalation of the same workflow may be a newer one. */
export function decisionOn(
  decided: Decided,
  asked: { readonly id: string; readonly since: string },
): DecisionMade | null {
  const made = decided.get(asked.id);
  return made !== undefined && Date.parse(made.at) >= Date.parse(asked.since) ? made : null;
}
