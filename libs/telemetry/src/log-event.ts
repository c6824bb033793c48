import type { AnyEvent, EventType } from '@tamma/domain';
import type { Logger } from './logger.ts';

type Line = readonly [level: 'debug' | 'info' | 'warn' | 'error', message: string];

/** What the log says of each fact. Data stay in the event log: they may hold text of strangers. */
const LINES: Readonly<Record<EventType, Line>> = {
  'ORCHESTRATOR.STARTED.SUCCESS': ['info', 'orchestrator listens'],
  'ORCHESTRATOR.STARTED.FAILED': ['error', 'orchestrator did not start'],
  'ORCHESTRATOR.STARTUP.COMPLETE': ['info', 'orchestrator is up'],
  'ORCHESTRATOR.STARTUP.FAILED': ['error', 'orchestrator could not start'],
  'ORCHESTRATOR.STOPPED.SUCCESS': ['info', 'orchestrator stopped'],
  'ORCHESTRATOR.SHUTDOWN.COMPLETE': ['info', 'orchestrator is down'],
  'WORKER.REGISTERED.SUCCESS': ['info', 'worker joined'],
  'WORKER.UNREGISTERED.SUCCESS': ['info', 'worker left'],
  'ISSUE.JUDGED.ELIGIBLE': ['debug', 'issue is eligible'],
  'ISSUE.JUDGED.INELIGIBLE': ['debug', 'issue is not eligible'],
  'ISSUE.READ.FAILED': ['warn', 'issue cannot be read'],
  'ISSUE.CLOSED.SUCCESS': ['info', 'issue closed'],
  'ISSUE.EDITED.SUCCESS': ['info', 'issue edited while it was worked on'],
  'ISSUE.REOPENED.SUCCESS': ['warn', 'issue open again because its merge was taken back'],
  'COMMAND.OBEYED.SUCCESS': ['info', 'command obeyed'],
  'COMMAND.REFUSED.SUCCESS': ['info', 'command refused'],
  'WORKFLOW.STATE.CREATED': ['info', 'workflow created'],
  'WORKFLOW.STARTED.SUCCESS': ['info', 'workflow started'],
  'WORKFLOW.COMPLETED.SUCCESS': ['info', 'workflow completed'],
  'WORKFLOW.FAILED.PERMANENT': ['warn', 'workflow failed'],
  'WORKFLOW.CANCELLED.SUCCESS': ['info', 'workflow cancelled'],
  'WORKFLOW.SUSPENDED.SUCCESS': ['info', 'workflow suspended'],
  'WORKFLOW.RESUMED.SUCCESS': ['info', 'workflow resumed'],
  'WORKFLOW.PRIORITIZED.SUCCESS': ['info', 'priority changed'],
  'TASK.SKIP.ORDERED': ['warn', 'a person has a step left out'],
  'TASK.OVERRIDE.ORDERED': ['warn', 'a person lets a step pass'],
  'ESCALATION.RAISED.SUCCESS': ['error', 'nobody answered an escalation'],
  'CALL.RETRY.SCHEDULED': ['warn', 'call is tried again'],
  'CIRCUIT.OPENED.SUCCESS': ['error', 'circuit opened'],
  'CIRCUIT.CLOSED.SUCCESS': ['info', 'circuit closed'],
  'SERVICE.HELD.SUCCESS': ['warn', 'a service asked to be left alone'],
  'QUEUE.PAUSED.SUCCESS': ['warn', 'queue paused'],
  'QUEUE.RESUMED.SUCCESS': ['info', 'queue resumed'],
  'WORKER.LOST.SUCCESS': ['warn', 'worker lost'],
  'RECONCILIATION.REPAIRED.SUCCESS': ['warn', 'difference repaired'],
  'SESSION.STARTED.SUCCESS': ['debug', 'session started'],
  'SESSION.ENDED.SUCCESS': ['debug', 'session ended'],
  'PHASE.STARTED.SUCCESS': ['debug', 'phase started'],
  'PHASE.COMPLETED.SUCCESS': ['debug', 'phase completed'],
  'TASK.ENQUEUED.SUCCESS': ['debug', 'task enqueued'],
  'TASK.DEQUEUED.SUCCESS': ['info', 'task taken'],
  'TASK.PROGRESS.UPDATED': ['debug', 'task goes on'],
  'TASK.COMPLETED.SUCCESS': ['info', 'task completed'],
  'TASK.RETRY.SCHEDULED': ['warn', 'task will be tried again'],
  'TASK.PARKED.SUCCESS': ['info', 'task waits'],
  'TASK.INTERRUPTED.SUCCESS': ['info', 'task interrupted'],
  'TASK.FAILED.PERMANENT': ['warn', 'task failed'],
  'ARTIFACT.WRITTEN.SUCCESS': ['debug', 'artifact written'],
  'GATE.RAN.SUCCESS': ['info', 'gate passed'],
  'GATE.RAN.FAILED': ['info', 'gate failed'],
  'AI.RESPONSE.RECEIVED': ['debug', 'model answered'],
  'AI.TOOL.CALLED': ['debug', 'model called a tool'],
  'AI.AGENT.CHOSEN': ['debug', 'agent chosen'],
  'AI.COMMAND.RAN': ['info', 'command of the model ran'],
  'AI.ACTION.REFUSED': ['warn', 'action of the model refused'],
  'AI.CONVERSATION.COMPACTED': ['debug', 'conversation compacted'],
  'AI.AGENT.ENDED': ['info', 'agent ended'],
  'BUDGET.WARNED.SUCCESS': ['warn', 'budget nearly spent'],
  'BUDGET.EXHAUSTED.SUCCESS': ['warn', 'budget spent'],
  'BUDGET.RAISED.SUCCESS': ['info', 'budget raised'],
  'RISK.ASSESSED.SUCCESS': ['info', 'risk assessed'],
  'BRANCH.CREATED.SUCCESS': ['info', 'branch created'],
  'BRANCH.REBASED.SUCCESS': ['info', 'branch rebased'],
  'BRANCH.MOVED.SUCCESS': ['info', 'somebody else moved the branch'],
  'COMMIT.CREATED.SUCCESS': ['info', 'commit created'],
  'PR.OPENED.SUCCESS': ['info', 'pull request opened'],
  'PR.READY.SUCCESS': ['info', 'pull request ready for review'],
  'PR.CLOSED.SUCCESS': ['info', 'pull request closed'],
  'PR.MERGED.SUCCESS': ['info', 'pull request merged'],
  'CI.RAN.SUCCESS': ['info', 'checks passed'],
  'CI.RAN.FAILED': ['info', 'checks failed'],
  'REVIEW.ADDRESSED.SUCCESS': ['info', 'review addressed'],
  'APPROVAL.REQUESTED.SUCCESS': ['info', 'approval requested'],
  'APPROVAL.PROVIDED.SUCCESS': ['info', 'approval decided'],
  'QUESTION.ASKED.SUCCESS': ['info', 'question asked'],
  'QUESTION.ANSWERED.SUCCESS': ['info', 'question answered'],
  'ROUND.STARTED.SUCCESS': ['info', 'work sent back'],
  'ESCALATION.TRIGGERED.SUCCESS': ['warn', 'a person is needed'],
  'ESCALATION.RESOLVED.SUCCESS': ['info', 'a person had the failed step tried again'],
};

/** The one place where events become log lines: who and where, and of an error its code and class. */
export function logEvent(logger: Logger, event: AnyEvent): void {
  const [level, message] = LINES[event.type];
  const { id, type, workflowId, taskId, stepId, attempt } = event;
  logger[level](
    { event: type, eventId: id, workflowId, taskId, stepId, attempt, ...errorOf(event) },
    message,
  );
}

function errorOf(event: AnyEvent): { errorCode?: string; errorClass?: string } {
  if (!('error' in event.data)) return {};
  return { errorCode: event.data.error.code, errorClass: event.data.error.class };
}
