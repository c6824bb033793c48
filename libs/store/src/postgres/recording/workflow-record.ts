import { type AnyEvent, applyEvent, reportError, type WorkflowState } from '@tamma/domain';
import { CHAIN_START, canonicalJson, hashText } from '../../chain.ts';

/** What the record knows of a workflow: how far its chain goes, and the fold of it. */
export interface WorkflowRecord {
  readonly seq: number;
  readonly hash: string;
  readonly state: WorkflowState | null;
}

export const NO_RECORD: WorkflowRecord = { seq: 0, hash: CHAIN_START, state: null };

interface WorkflowStep {
  readonly after: WorkflowRecord;
  readonly prevHash: string;
  /** The event as it was hashed. */
  readonly text: string;
  /** What changed of what people wait for; null when nothing of it did. */
  readonly changes: WorkflowChanges | null;
  /** Why the event left the state as it was, when the fold could not take it. */
  readonly failure: string | null;
}

type Followed = 'status' | 'waitingFor' | 'currentStep';
export type WorkflowChanges = {
  readonly [Field in Followed]?: {
    readonly from: WorkflowState[Field] | null;
    readonly to: WorkflowState[Field];
  };
};

/** Adds one event to a workflow's chain and to its fold. */
export function advance(before: WorkflowRecord, event: AnyEvent): WorkflowStep {
  const { state, failure } = fold(before.state, event);
  const text = canonicalJson(event);
  return {
    after: { seq: before.seq + 1, hash: hashText(before.hash, text), state },
    prevHash: before.hash,
    text,
    changes: state === null ? null : compare(before.state, state),
    failure,
  };
}

function fold(state: WorkflowState | null, event: AnyEvent) {
  try {
    return { state: applyEvent(state, event), failure: null };
  } catch (error) {
    return { state, failure: `stored, but it cannot be applied: ${reportError(error).message}` };
  }
}

function compare(from: WorkflowState | null, to: WorkflowState): WorkflowChanges | null {
  const changes: WorkflowChanges = {
    ...(from?.status !== to.status && { status: { from: from?.status ?? null, to: to.status } }),
    ...(!isSame(from?.waitingFor, to.waitingFor) && {
      waitingFor: { from: from?.waitingFor ?? null, to: to.waitingFor },
    }),
    ...(isChanged(from?.currentStep, to.currentStep) && {
      currentStep: { from: from?.currentStep ?? null, to: to.currentStep },
    }),
  };
  return Object.keys(changes).length === 0 ? null : changes;
}

function isChanged(from: string | null | undefined, to: string | null): boolean {
  return (from ?? null) !== to;
}

function isSame(from: object | null | undefined, to: object | null): boolean {
  // PostgreSQL gives the keys back in an order of its own.
  return (from ?? null) === to || canonicalJson(from ?? null) === canonicalJson(to);
}
