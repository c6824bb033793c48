import type { StoredWait } from '@tamma/coordination';
import { approvalIdOf, type Fact, type Outcome, type TimedWait } from '@tamma/domain';
import type { Settlement, SettleRequest } from './settle-request.ts';

type Ask = Extract<Outcome<unknown>, { kind: 'ask' }>;

export function settleTimedWait(request: SettleRequest, wait: TimedWait): Settlement {
  const { fence, nowMs } = request;
  const { on, why } = wait;
  const untilMs = nowMs + wait.forMs;
  if (wait.approval === undefined) {
    return park(request, { on, untilMs, why, approval: null, round: null }, []);
  }
  const { kind, risk, subject } = wait.approval;
  const id = approvalIdOf(fence.taskId, fence.attempt);
  const until = new Date(untilMs).toISOString();
  const data = { approvalId: id, kind, risk, subject, why, until };
  const approval = { id, kind, subject };
  return park(request, { on, untilMs, why, approval, round: null }, [
    { type: 'APPROVAL.REQUESTED.SUCCESS', data },
  ]);
}

export function settleAsk(request: SettleRequest, { question, forMs }: Ask): Settlement {
  const { fence, nowMs } = request;
  const untilMs = nowMs + forMs;
  const id = approvalIdOf(fence.taskId, fence.attempt);
  const data = { approvalId: id, question, until: new Date(untilMs).toISOString() };
  const approval = { id, kind: 'question', subject: null } as const;
  return park(request, { on: 'human', untilMs, why: question, approval, round: null }, [
    { type: 'QUESTION.ASKED.SUCCESS', data },
  ]);
}

function park({ teller }: SettleRequest, wait: StoredWait, asked: readonly Fact[]): Settlement {
  const { on, untilMs, why } = wait;
  const until = new Date(untilMs).toISOString();
  const facts: Fact[] = [...asked, { type: 'TASK.PARKED.SUCCESS', data: { on, until, why } }];
  return {
    outcome: null,
    wait,
    round: null,
    events: facts.map((fact) => teller.event(fact)),
    fate: { kind: 'park', until: untilMs },
  };
}
