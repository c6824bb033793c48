import { type AnyEvent, decideRetry, type ErrorReport } from '@tamma/domain';
import { escalationOf, settleEscalation } from './settle-escalation.ts';
import type { Settlement, SettleRequest } from './settle-request.ts';
import { settleRound } from './settle-round.ts';
import { settleAsk, settleTimedWait } from './settle-wait.ts';

/** Decides the end of an attempt; no effects. */
export function settleOutcome(request: SettleRequest): Settlement {
  const { outcome } = request;
  switch (outcome.kind) {
    case 'done':
      return settleDone(request, outcome.result);
    case 'retry':
      return settleRetry(request, outcome.error, outcome.retryAfterMs);
    case 'wait':
      return outcome.on === 'dependency' ? settleRound(request, outcome) : settleTimedWait(request, outcome);
    case 'ask':
      return settleAsk(request, outcome);
    case 'stop':
      return outcome.reason.kind === 'escalate'
        ? settleEscalation(escalationOf(request), outcome.reason.error)
        : settleUnwanted(request, outcome.reason.why);
  }
}

function settleDone(request: SettleRequest, result: unknown): Settlement {
  const { teller, durationMs, round } = request;
  const completed = teller.endEvent({ type: 'TASK.COMPLETED.SUCCESS', data: { result, durationMs } });
  // A step that runs again closes nothing: its phase is over already, or its own task closes it.
  const events = round === 0 ? [completed, ...closingEvents(request)] : [completed];
  return { outcome: { kind: 'done', result }, wait: null, round: null, events, fate: { kind: 'done' } };
}

function closingEvents({ head, step, teller }: SettleRequest): AnyEvent[] {
  const events: AnyEvent[] = [];
  if (step.closes !== null) {
    const data = { phase: step.phase, nextStep: step.closes.nextStep };
    events.push(teller.endEvent({ type: 'PHASE.COMPLETED.SUCCESS', data }, 'phase'));
  }
  if (step.index < head.template.steps.length - 1) return events;
  const { sessionKey } = head;
  events.push(teller.endEvent({ type: 'SESSION.ENDED.SUCCESS', data: { sessionKey } }, 'session'));
  events.push(
    teller.endEvent({ type: 'WORKFLOW.COMPLETED.SUCCESS', data: { result: 'merged' } }, 'workflow'),
  );
  return events;
}

function settleRetry(
  request: SettleRequest,
  error: ErrorReport,
  retryAfterMs: number | undefined,
): Settlement {
  const { teller, random } = request;
  const failures = request.failures + 1;
  const decision = decideRetry({ class: error.class, failures, retryAfterMs, random });
  if (!decision.retry) return settleEscalation(escalationOf(request), error);
  const data = { error, retryCount: failures, retryDelayMs: decision.delayMs };
  return {
    outcome: null,
    wait: null,
    round: null,
    events: [teller.event({ type: 'TASK.RETRY.SCHEDULED', data })],
    fate: { kind: 'retry', delayMs: decision.delayMs, why: error.message },
  };
}

function settleUnwanted({ head, teller }: SettleRequest, why: string): Settlement {
  const { sessionKey } = head;
  return {
    outcome: { kind: 'stop', reason: { kind: 'unwanted', why } },
    wait: null,
    round: null,
    events: [
      teller.endEvent({ type: 'SESSION.ENDED.SUCCESS', data: { sessionKey } }, 'session'),
      teller.endEvent({ type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why } }, 'workflow'),
    ],
    fate: { kind: 'stop', why },
  };
}
