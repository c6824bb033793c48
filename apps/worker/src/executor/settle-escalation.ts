import { type ErrorReport, escalationLevelAt } from '@tamma/domain';
import { NOTHING_STORED, type Settlement, type SettleRequest } from './settle-request.ts';

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
  const untilMs = nowMs + escalationDeadlineMs;
  const until = new Date(untilMs).toISOString();
  const level = escalationLevelAt({ errorClass: error.class, sinceMs: nowMs, untilMs, nowMs });
  return {
    ...NOTHING_STORED,
    outcome: { kind: 'stop', reason: { kind: 'escalate', error } },
    events: [
      teller.event({ type: 'TASK.FAILED.PERMANENT', data: { error, retryCount: failures } }),
      teller.event({ type: 'ESCALATION.TRIGGERED.SUCCESS', data: { level, error, until } }),
    ],
    fate: { kind: 'stop', why: error.message },
  };
}
