import type { FlowQueue, TaskHandler } from '@tamma/queue';
import { createBullmqQueue as createReal } from '@tamma/queue/bullmq';
import { doing, witnessed } from './note.ts';

export * from '@tamma/queue/bullmq';

/** The real queue; each attempt that it hands out is known to all that it does, and told. */
export async function createBullmqQueue(...args: Parameters<typeof createReal>): Promise<FlowQueue> {
  const real = await createReal(...args);
  return {
    ...real,
    consume: (request) => real.consume({ ...request, handler: watch(request.handler) }),
  };
}

function watch(handler: TaskHandler): TaskHandler {
  return (task, signal) =>
    doing.run({ task: task.payload.taskId, attempt: task.attempt }, () =>
      witnessed({ effect: 'attempt', resultOf: ({ kind }) => kind }, () => handler(task, signal)),
    );
}
