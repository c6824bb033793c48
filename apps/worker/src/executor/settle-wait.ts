import type { StoredWait } from '@tamma/coordination';
import { approvalIdOf, type Outcome, type TimedWait } from '@tamma/domain';
import { settlePark } from './settle-park.ts';
import type { Settlement, SettleRequest } from './settle-request.ts';

type Ask = Extract<Outcome<unknown>, { kind: 'ask' }>;

export function settleTimedWait(request: SettleRequest, wait: TimedWait): Settlement {
  const { fence, nowMs } = request;
  const { on, key = null, why, recheckMs = null, atDeadline = 'escalate' } = wait;
  const base = { on, key, why, recheckMs, atDeadline, round: null };
  if (wait.approval === undefined) {
    const untilMs = deadlineOf(request, wait);
    const waitedMs = Math.max(0, nowMs + wait.forMs - untilMs);
    const againMs = recheckMs === null ? null : stretch(recheckMs, waitedMs);
    return settlePark(request, { ...base, untilMs, recheckMs: againMs, approval: null }, []);
  }
  const untilMs = nowMs + wait.forMs;
  const { kind, risk, subject } = wait.approval;
  const id = approvalIdOf(fence.taskId, fence.attempt);
  const until = new Date(untilMs).toISOString();
  const data = { approvalId: id, kind, risk, subject, why, until };
  return settlePark(request, { ...base, untilMs, approval: { id, kind, subject } }, [
    { type: 'APPROVAL.REQUESTED.SUCCESS', data },
  ]);
}

/** What has not come for hours seldom comes in the next minute, and each look costs calls and facts for years. */
const RECHECK_SHARE = 30;
const RECHECK_MAX_MS = 600_000;

/** Looks get rarer the longer it waits, up to ten minutes apart; whoever wakes it is heard at once all the same. */
function stretch(recheckMs: number, waitedMs: number): number {
  return Math.max(recheckMs, Math.min(waitedMs / RECHECK_SHARE, RECHECK_MAX_MS));
}

/** Waiting again for the same does not move the deadline; once that has passed it is another wait. */
function deadlineOf({ wait: last, nowMs }: SettleRequest, { on, key, forMs }: TimedWait): number {
  const isSame =
    last !== null &&
    last.on === on &&
    last.key === (key ?? null) &&
    last.approval === null &&
    last.untilMs > nowMs;
  return isSame ? last.untilMs : nowMs + forMs;
}

export function settleAsk(request: SettleRequest, { question, forMs }: Ask): Settlement {
  const { fence, nowMs } = request;
  const untilMs = nowMs + forMs;
  const id = approvalIdOf(fence.taskId, fence.attempt);
  const data = { approvalId: id, question, until: new Date(untilMs).toISOString() };
  const wait: StoredWait = {
    on: 'human',
    key: null,
    untilMs,
    recheckMs: null,
    atDeadline: 'escalate',
    why: question,
    approval: { id, kind: 'question', subject: null },
    round: null,
  };
  return settlePark(request, wait, [{ type: 'QUESTION.ASKED.SUCCESS', data }]);
}
