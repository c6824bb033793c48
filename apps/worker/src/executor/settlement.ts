import type { AnyEvent, Fact, StopReason } from '@tamma/domain';
import { escalationOf, settleEscalation } from './settle-escalation.ts';
import { NOTHING_STORED, type Settlement, type SettleRequest } from './settle-request.ts';
import { settleRound } from './settle-round.ts';
import { settleRefused, settleRetry } from './settle-trouble.ts';
import { settleAsk, settleTimedWait } from './settle-wait.ts';

/** Decides the end of an attempt; no effects. */
export function settleOutcome(request: SettleRequest): Settlement {
  const { outcome } = request;
  switch (outcome.kind) {
    case 'done':
      return settleDone(request, outcome.result);
    case 'retry':
      return settleRetry(request, outcome);
    case 'refused':
      return settleRefused(request, outcome);
    case 'wait':
      return outcome.on === 'dependency' ? settleRound(request, outcome) : settleTimedWait(request, outcome);
    case 'ask':
      return settleAsk(request, outcome);
    case 'stop':
      return settleStop(request, outcome.reason);
  }
}

function settleDone(request: SettleRequest, result: unknown): Settlement {
  const { teller, durationMs, round } = request;
  const completed = teller.endEvent({ type: 'TASK.COMPLETED.SUCCESS', data: { result, durationMs } });
  // A step that runs again closes nothing: its phase is over already, or its own task closes it.
  const events = round === 0 ? [completed, ...closingEvents(request)] : [completed];
  return { ...NOTHING_STORED, outcome: { kind: 'done', result }, events, fate: { kind: 'done' } };
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
  const result = head.task === null ? 'merged' : 'done';
  events.push(teller.endEvent({ type: 'WORKFLOW.COMPLETED.SUCCESS', data: { result } }, 'workflow'));
  return events;
}

function settleStop(request: SettleRequest, reason: StopReason): Settlement {
  switch (reason.kind) {
    case 'escalate':
      return settleEscalation(escalationOf(request), reason.error);
    case 'unwanted':
      return settleEnd(request, reason, { type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why: reason.why } });
    case 'no-change': {
      const data = { result: 'no-change', why: reason.why } as const;
      return settleEnd(request, reason, { type: 'WORKFLOW.COMPLETED.SUCCESS', data });
    }
  }
}

type Ending = Exclude<StopReason, { kind: 'escalate' }>;

/** The whole workflow ends with this step, and nobody is needed for it. */
function settleEnd({ head, teller }: SettleRequest, reason: Ending, fact: Fact): Settlement {
  const { sessionKey } = head;
  return {
    ...NOTHING_STORED,
    outcome: { kind: 'stop', reason },
    events: [
      teller.endEvent({ type: 'SESSION.ENDED.SUCCESS', data: { sessionKey } }, 'session'),
      teller.endEvent(fact, 'workflow'),
    ],
    fate: { kind: 'stop', why: reason.why },
  };
}
