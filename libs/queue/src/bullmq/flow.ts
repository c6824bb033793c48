import { ATTEMPTS_MAX } from '@tamma/domain';
import type { FlowJob, Job, JobsOptions } from 'bullmq';
import type { FlowTask } from '../queue.ts';

/** Lines of BullMQ's own job log that are kept; ours is the event log. */
const LOG_LINES_MAX = 200;

/**
 * The options every task carries. Nothing is removed by itself: taking away a failed or waiting child would
 * release its parent, which would run as if the child had succeeded. No failure option either: a failed step
 * leaves its successors waiting, which is what "a person is needed" means.
 */
function optionsOf(task: FlowTask): JobsOptions {
  return {
    jobId: task.taskId,
    priority: task.priority,
    attempts: ATTEMPTS_MAX,
    backoff: { type: 'custom' },
    removeOnComplete: false,
    removeOnFail: false,
    keepLogs: LOG_LINES_MAX,
    stackTraceLimit: 5,
  };
}

/** Turns running order inside out: BullMQ runs children first, so the last task is the root. */
export function nestFlow(tasks: readonly FlowTask[], prefix: string): FlowJob {
  let node: FlowJob | undefined;
  for (const task of tasks) {
    const children = node === undefined ? {} : { children: [node] };
    node = {
      name: task.payload.stepId,
      queueName: task.capability,
      prefix,
      data: task.payload,
      opts: optionsOf(task),
      ...children,
    };
  }
  if (node === undefined) throw new Error('a flow needs at least one task');
  return node;
}

/** A flow that a running job waits for: the job becomes the parent of the flow's root. */
export function nestUnder(job: Job, tasks: readonly FlowTask[], prefix: string): FlowJob {
  const root = nestFlow(tasks, prefix);
  const parent = { id: job.id ?? '', queue: job.queueQualifiedName };
  return { ...root, opts: { ...root.opts, parent } };
}
