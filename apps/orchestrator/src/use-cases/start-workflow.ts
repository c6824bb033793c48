import type { WorkflowHead } from '@tamma/contracts';
import type { WorkflowHashes } from '@tamma/coordination';
import type { AnyEvent } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { FlowQueue } from '@tamma/queue';
import type { Claims, StartedClaim } from '@tamma/store';
import { type SpineTask, spineOf } from '@tamma/workflow';
import { createdEvent } from './claim-issue.ts';
import { orchestratorEvent } from './facts.ts';

export interface StartDeps {
  readonly eventLog: EventLog;
  readonly claims: Claims;
  readonly hashes: WorkflowHashes;
  readonly queue: FlowQueue;
  /** How long a workflow may stand still, in milliseconds. */
  readonly suspendedDeadlineMs: number;
  readonly now: () => number;
}

/** Times it looks again when people change the claim all the while. */
const LOOKS_MAX = 5;

/**
 * Turns a claim into a flow: hash, then flow, then the mark on the claim. Each part is harmless when it is done
 * twice, so a start that was cut off anywhere is simply made again.
 */
export async function startWorkflow(deps: StartDeps, head: WorkflowHead): Promise<void> {
  const spine = spineOf(head);
  // The creation again: the claim may have been cut off before it was told.
  await deps.eventLog.appendOnce(createdEvent(head, deps.now(), head.startedBy));
  await deps.hashes.open(head, startEvents(head, spine, deps.now()));
  await deps.queue.addFlow(spine);
  await catchUp(deps, head);
}

/**
 * People who suspended or prioritized the workflow while it was being started found no hash to say it to, but said it
 * to the claim before that: so it is taken from there, until both agree.
 */
async function catchUp(deps: StartDeps, head: WorkflowHead): Promise<void> {
  const { workflowId } = head;
  let known: StartedClaim = { score: head.score, isSuspended: false };
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const claim = await deps.claims.markStarted(workflowId);
    if (claim === null) return;
    const { score, isSuspended } = claim;
    if (score === known.score && isSuspended === known.isSuspended) return;
    if (score !== known.score) await queueBy(deps, { ...head, score });
    const untilMs = deps.now() + deps.suspendedDeadlineMs;
    if (isSuspended) await deps.hashes.suspend({ workflowId, untilMs, events: [] });
    else if (known.isSuspended) await deps.hashes.resume(workflowId, []);
    known = claim;
  }
}

async function queueBy(deps: StartDeps, head: WorkflowHead): Promise<void> {
  await deps.hashes.prioritize(head.workflowId, head.score, []);
  await Promise.all(spineOf(head).map((task) => deps.queue.reprioritize(task, task.priority)));
}

function startEvents(head: WorkflowHead, spine: readonly SpineTask[], nowMs: number): AnyEvent[] {
  const { workflowId, template } = head;
  const steps = template.steps.map(({ id, phase, capability, allow }) => ({ id, phase, capability, allow }));
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
