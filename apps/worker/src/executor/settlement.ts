import type { PlannedStep, WorkflowHead } from '@tamma/contracts';
import type { StoredOutcome, StoredWait } from '@tamma/coordination';
import { type AnyEvent, decideRetry, type ErrorReport, type Outcome } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { Teller } from './teller.ts';

/** A person is told; the levels above are for those who run the place. */
const ESCALATION_LEVEL = 2;

/** What an attempt's end means: what to store, what to tell, and how the queue moves. */
export interface Settlement {
  readonly outcome: StoredOutcome | null;
  readonly wait: StoredWait | null;
  readonly events: readonly AnyEvent[];
  readonly fate: Fate;
}

export interface SettleRequest {
  readonly outcome: Outcome<unknown>;
  readonly head: WorkflowHead;
  readonly step: PlannedStep;
  readonly teller: Teller;
  /** Runs that failed before this one. */
  readonly failures: number;
  readonly durationMs: number;
  readonly nowMs: number;
  readonly random: number;
}

/** Decides the end of an attempt; no effects. */
export function settleOutcome(request: SettleRequest): Settlement {
  const { outcome } = request;
  switch (outcome.kind) {
    case 'done':
      return settleDone(request, outcome.result);
    case 'retry':
      return settleRetry(request, outcome.error, outcome.retryAfterMs);
    case 'wait':
      return settleWait(request, outcome);
    case 'ask':
      return settleAsk(request, outcome);
    case 'stop':
      return outcome.reason.kind === 'escalate'
        ? settleEscalation(escalationOf(request), outcome.reason.error)
        : settleUnwanted(request, outcome.reason.why);
  }
}

function settleDone(request: SettleRequest, result: unknown): Settlement {
  const { head, step, teller, durationMs } = request;
  const events = [teller.endEvent({ type: 'TASK.COMPLETED.SUCCESS', data: { result, durationMs } })];
  if (step.closes !== null) {
    const data = { phase: step.phase, nextStep: step.closes.nextStep };
    events.push(teller.endEvent({ type: 'PHASE.COMPLETED.SUCCESS', data }, 'phase'));
  }
  if (step.index === head.template.steps.length - 1) events.push(...endOfWorkflow(request));
  return { outcome: { kind: 'done', result }, wait: null, events, fate: { kind: 'done' } };
}

function endOfWorkflow({ head, teller }: SettleRequest): AnyEvent[] {
  const { sessionKey } = head;
  return [
    teller.endEvent({ type: 'SESSION.ENDED.SUCCESS', data: { sessionKey } }, 'session'),
    teller.endEvent({ type: 'WORKFLOW.COMPLETED.SUCCESS', data: { result: 'merged' } }, 'workflow'),
  ];
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
    events: [teller.event({ type: 'TASK.RETRY.SCHEDULED', data })],
    fate: { kind: 'retry', delayMs: decision.delayMs, why: error.message },
  };
}

function settleWait(request: SettleRequest, wait: Extract<Outcome<unknown>, { kind: 'wait' }>): Settlement {
  const { teller, nowMs } = request;
  const { on, why, approval } = wait;
  const untilMs = nowMs + wait.forMs;
  const until = new Date(untilMs).toISOString();
  const asked =
    approval === undefined
      ? []
      : [teller.event({ type: 'APPROVAL.REQUESTED.SUCCESS', data: { ...approval, why, until } })];
  const parked = teller.event({ type: 'TASK.PARKED.SUCCESS', data: { on, until, why } });
  return {
    outcome: null,
    wait: { on, untilMs, why },
    events: [...asked, parked],
    fate: { kind: 'park', until: untilMs },
  };
}

function settleAsk(request: SettleRequest, ask: Extract<Outcome<unknown>, { kind: 'ask' }>): Settlement {
  const { teller, nowMs } = request;
  const untilMs = nowMs + ask.forMs;
  const until = new Date(untilMs).toISOString();
  const why = ask.question;
  return {
    outcome: null,
    wait: { on: 'human', untilMs, why },
    events: [
      teller.event({ type: 'QUESTION.ASKED.SUCCESS', data: { question: ask.question, until } }),
      teller.event({ type: 'TASK.PARKED.SUCCESS', data: { on: 'human', until, why } }),
    ],
    fate: { kind: 'park', until: untilMs },
  };
}

export interface EscalationRequest extends Pick<SettleRequest, 'teller' | 'failures' | 'nowMs'> {
  readonly escalationDeadlineMs: number;
}

function escalationOf({ head, teller, failures, nowMs }: SettleRequest): EscalationRequest {
  return { teller, failures, nowMs, escalationDeadlineMs: head.escalationDeadlineMs };
}

/** Stopped for good: the workflow waits for a person until the deadline. */
export function settleEscalation(request: EscalationRequest, error: ErrorReport): Settlement {
  const { teller, failures, nowMs, escalationDeadlineMs } = request;
  const until = new Date(nowMs + escalationDeadlineMs).toISOString();
  return {
    outcome: { kind: 'stop', reason: { kind: 'escalate', error } },
    wait: null,
    events: [
      teller.endEvent({ type: 'TASK.FAILED.PERMANENT', data: { error, retryCount: failures } }),
      teller.endEvent(
        { type: 'ESCALATION.TRIGGERED.SUCCESS', data: { level: ESCALATION_LEVEL, error, until } },
        'escalation',
      ),
    ],
    fate: { kind: 'stop', why: error.message },
  };
}

function settleUnwanted({ head, teller }: SettleRequest, why: string): Settlement {
  const { sessionKey } = head;
  return {
    outcome: { kind: 'stop', reason: { kind: 'unwanted', why } },
    wait: null,
    events: [
      teller.endEvent({ type: 'SESSION.ENDED.SUCCESS', data: { sessionKey } }, 'session'),
      teller.endEvent({ type: 'WORKFLOW.CANCELLED.SUCCESS', data: { why } }, 'workflow'),
    ],
    fate: { kind: 'stop', why },
  };
}
