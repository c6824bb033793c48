import type { AnyEvent } from '@tamma/domain';
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

function settleUnwanted({ head, teller }: SettleRequest, why: string): Settlement {
  const { sessionKey } = head;
  return {
    ...NOTHING_STORED,
    outcome: { kind: 'stop', reason: { kind: 'unwanted', why } },
    events: [
      teller.endEvent({ type: 'SESSION.ENDED.SUCCESS', data: { sessionKey } }, 'session'),
      teller.endEvent({ type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why } }, 'workflow'),
    ],
    fate: { kind: 'stop', why },
  };
}
