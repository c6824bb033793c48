import { describeResult, WAITING_WORDS, type WaitingReason, type WorkflowState } from '@tamma/domain';

export interface WaitView {
  /** `waits for an approval`, or `stands still`. */
  readonly headline: string;
  readonly why: string;
  readonly since: string;
  readonly until: string | null;
  readonly isForPerson: boolean;
}

const PEOPLE: ReadonlySet<WaitingReason> = new Set(['approval', 'human', 'review']);

/** What a workflow waits for; null while a step runs and after the end. */
export function waitOf({
  waitingFor,
  suspended,
}: Pick<WorkflowState, 'waitingFor' | 'suspended'>): WaitView | null {
  if (waitingFor === null) return null;
  const { reason, why, since, until } = waitingFor;
  return {
    headline: suspended === null ? `waits for ${WAITING_WORDS[reason]}` : 'stands still',
    why,
    since,
    until,
    isForPerson: PEOPLE.has(reason),
  };
}

/** How it ended, in words; null while it goes on. */
export function endOf(state: WorkflowState): string | null {
  if (state.status === 'completed') return describeResult(state.result ?? 'merged', state.completedBecause);
  if (state.status === 'cancelled') return state.cancelledBecause ?? 'cancelled';
  if (state.status === 'failed') return state.error?.message ?? 'failed';
  return null;
}

/** From when to when it took; `to` is null while it goes on. */
export function spanOf(state: WorkflowState): { readonly from: string; readonly to: string | null } {
  return { from: state.startedAt ?? state.createdAt, to: state.endedAt };
}

/** A link people can follow; null for addresses of the local platform and for anything but the web. */
export function webAddress(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed !== null && ['http:', 'https:'].includes(parsed.protocol) ? parsed.href : null;
}
