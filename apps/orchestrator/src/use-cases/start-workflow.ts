import type { WorkflowHead } from '@tamma/contracts';
import type { WorkflowHashes } from '@tamma/coordination';
import type { AnyEvent } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { FlowQueue } from '@tamma/queue';
import type { Claims } from '@tamma/store';
import { type SpineTask, spineOf } from '@tamma/workflow';
import { createdEvent } from './claim-issue.ts';
import { orchestratorEvent } from './facts.ts';

export interface StartDeps {
  readonly eventLog: EventLog;
  readonly claims: Claims;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  readonly now: () => number;
}

/**
 * Turns a claim into a flow: hash, then flow, then the mark on the claim. Each part is harmless when it is done
 * twice, so a start that was cut off anywhere is simply made again.
 */
export async function startWorkflow(deps: StartDeps, head: WorkflowHead): Promise<void> {
  const spine = spineOf(head.workflowId, head.score, head.template.steps);
  // The creation again: the claim may have been cut off before it was told.
  await deps.eventLog.appendOnce(createdEvent(head, deps.now(), head.startedBy));
  await deps.hashes.open(head, startEvents(head, spine, deps.now()));
  await deps.queue.addFlow(spine);
  await deps.claims.markStarted(head.workflowId);
}

function startEvents(head: WorkflowHead, spine: readonly SpineTask[], nowMs: number): AnyEvent[] {
  const { workflowId, template } = head;
  const steps = template.steps.map(({ id, phase, capability }) => ({ id, phase, capability }));
  const started = { type: 'WORKFLOW.STARTED.SUCCESS', data: { steps } } as const;
  return [
    orchestratorEvent(`${workflowId}.started`, started, { workflowId, nowMs }),
    ...spine.map((task) => enqueuedEvent(task, nowMs)),
  ];
}

function enqueuedEvent({ taskId, capability, priority, payload }: SpineTask, nowMs: number): AnyEvent {
  const { workflowId, stepId } = payload;
  const fact = { type: 'TASK.ENQUEUED.SUCCESS', data: { capability, priority } } as const;
  return orchestratorEvent(`${taskId}.enqueued`, fact, { workflowId, task: { taskId, stepId }, nowMs });
}
