import type { RelayedEvent } from '@tamma/contracts';
import type { EventType } from '@tamma/domain';

/** Events that move rows, the inbox, what was not taken, or the workers; of every workflow. */
export const HEARD_EVENTS = [
  'WORKFLOW.STATE.CREATED',
  'WORKFLOW.STARTED.SUCCESS',
  'WORKFLOW.COMPLETED.SUCCESS',
  'WORKFLOW.FAILED.PERMANENT',
  'WORKFLOW.CANCELLED.SUCCESS',
  'PHASE.STARTED.SUCCESS',
  'TASK.DEQUEUED.SUCCESS',
  'TASK.COMPLETED.SUCCESS',
  'TASK.RETRY.SCHEDULED',
  'TASK.PARKED.SUCCESS',
  'TASK.INTERRUPTED.SUCCESS',
  'TASK.FAILED.PERMANENT',
  'ARTIFACT.WRITTEN.SUCCESS',
  'AI.RESPONSE.RECEIVED',
  'RISK.ASSESSED.SUCCESS',
  'BRANCH.CREATED.SUCCESS',
  'COMMIT.CREATED.SUCCESS',
  'PR.OPENED.SUCCESS',
  'PR.MERGED.SUCCESS',
  'ROUND.STARTED.SUCCESS',
  'APPROVAL.REQUESTED.SUCCESS',
  'APPROVAL.PROVIDED.SUCCESS',
  'QUESTION.ASKED.SUCCESS',
  'QUESTION.ANSWERED.SUCCESS',
  'ESCALATION.TRIGGERED.SUCCESS',
  'ESCALATION.RESOLVED.SUCCESS',
  'ISSUE.JUDGED.ELIGIBLE',
  'ISSUE.JUDGED.INELIGIBLE',
  'ISSUE.READ.FAILED',
  'ISSUE.CLOSED.SUCCESS',
  'WORKER.REGISTERED.SUCCESS',
  'WORKER.UNREGISTERED.SUCCESS',
] as const satisfies readonly EventType[];

const INBOX = /^(APPROVAL|QUESTION|ESCALATION|WORKFLOW\.(COMPLETED|FAILED|CANCELLED)|TASK\.FAILED)/;
const INTAKE = /^(ISSUE|WORKFLOW)\./;
const FLEET = /^WORKER\./;

export interface Concerns {
  readonly inbox: boolean;
  readonly intake: boolean;
  readonly fleet: boolean;
}

/** What has to be looked at again because of an event. */
export function concernsOf({ event: { type } }: RelayedEvent): Concerns {
  return { inbox: INBOX.test(type), intake: INTAKE.test(type), fleet: FLEET.test(type) };
}
