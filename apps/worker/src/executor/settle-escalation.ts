import type { ErrorReport } from '@tamma/domain';
import type { Settlement, SettleRequest } from './settle-request.ts';

/** A person is told; the levels above are for those who run the place. */
const ESCALATION_LEVEL = 2;

export interface EscalationRequest extends Pick<SettleRequest, 'teller' | 'failures' | 'nowMs'> {
  readonly escalationDeadlineMs: number;
}

export function escalationOf({ head, teller, failures, nowMs }: SettleRequest): EscalationRequest {
  return { teller, failures, nowMs, escalationDeadlineMs: head.escalationDeadlineMs };
}

/**
 * Stopped for good: the workflow waits for a person until the deadline. Told under ids of the attempt, because a
 * person may have the task tried again, and its next failure is another fact.
 */
export function settleEscalation(request: EscalationRequest, error: ErrorReport): Settlement {
  const { teller, failures, nowMs, escalationDeadlineMs } = request;
  const until = new Date(nowMs + escalationDeadlineMs).toISOString();
  const level = ESCALATION_LEVEL;
  return {
    outcome: { kind: 'stop', reason: { kind: 'escalate', error } },
    wait: null,
    round: null,
    events: [
      teller.event({ type: 'TASK.FAILED.PERMANENT', data: { error, retryCount: failures } }),
      teller.event({ type: 'ESCALATION.TRIGGERED.SUCCESS', data: { level, error, until } }),
    ],
    fate: { kind: 'stop', why: error.message },
  };
}
