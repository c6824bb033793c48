import { type ErrorReport, nextRound, ROUNDS_MAX, type Round, type RoundWait } from '@tamma/domain';
import { roundTasks } from './round-tasks.ts';
import { escalationOf, settleEscalation } from './settle-escalation.ts';
import { NOTHING_STORED, type Settlement, type SettleRequest } from './settle-request.ts';

/** Sends work back: the tasks of the round run as children of the one that asked, and then it runs again. */
export function settleRound(request: SettleRequest, wait: RoundWait): Settlement {
  const { head, teller, fence, rounds, nowMs } = request;
  const refusal = refuseRound(request, wait);
  if (refusal !== null) return settleEscalation(escalationOf(request), refusal);

  const { kind, steps } = wait.round;
  const round: Round = { number: rounds.length + 1, kind, askedBy: fence.taskId, steps };
  const tasks = roundTasks(head, round);
  const data = { round: round.number, kind, steps: [...steps], why: wait.why };
  const untilMs = nowMs + head.escalationDeadlineMs;
  const until = { on: 'dependency', key: null, untilMs, recheckMs: null, atDeadline: 'escalate' } as const;
  return {
    ...NOTHING_STORED,
    wait: { ...until, why: wait.why, approval: null, round: round.number },
    round,
    events: [
      teller.roundEvent({ type: 'ROUND.STARTED.SUCCESS', data }, round.number),
      ...tasks.map((task) => teller.enqueuedEvent(task)),
    ],
    fate: { kind: 'spawn', tasks },
  };
}

/** Steps mind the limit themselves and say what the last round found; nobody gets past it here. */
function refuseRound({ head, step, rounds }: SettleRequest, wait: RoundWait): ErrorReport | null {
  const { kind, steps } = wait.round;
  if (nextRound(rounds, kind) === null) {
    return {
      code: 'ROUNDS_EXHAUSTED',
      class: 'gate',
      message: `step ${step.id} sent work back after ${ROUNDS_MAX} ${kind} rounds: ${wait.why}`,
      remedy: 'look at what keeps failing, mend it by hand, then retry; or cancel the workflow',
    };
  }
  const places = steps.map((id) => head.template.steps.find((one) => one.id === id)?.index ?? -1);
  const isInOrder = places.every((place, i) => place > (places[i - 1] ?? -1) && place < step.index);
  if (isInOrder && places.length > 0) return null;
  return {
    code: 'ROUND_INVALID',
    class: 'validation',
    message: `step ${step.id} sent work back to [${steps.join(', ')}], which are not steps above it in their order`,
    remedy: 'correct the step: it may send work back only to steps above it, each once',
  };
}
