import { encodeEvent, redisKeysOf, taskPayloadSchema } from '@tamma/contracts';
import { connectRedis } from '@tamma/coordination/redis';
import { type AnyEvent, applyEvent, type WorkflowState } from '@tamma/domain';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { spineOf } from '@tamma/workflow';
import { createdEvent } from '../../apps/orchestrator/src/use-cases/claim-issue.ts';
import { taskQueue } from './defaults.ts';
import { headOf } from './head.ts';
import type { House } from './house.ts';
import { type Latency, latencyOf } from './statistics.ts';
import type { Workload } from './workload.ts';

/** Figures of single calls, in milliseconds. */
export interface SmallFigures {
  /** Asking the queue for the status of a task. */
  readonly queueCall: Latency;
  /** One event applied to the state of its workflow. */
  readonly transition: Latency;
  /** From the call to its return: checked, written down and on its way to Redis, which has not answered yet. */
  readonly emit: Latency;
  /** Until Redis has it. */
  readonly emitted: Latency;
  /** The payload of a task, and its event, checked against their schemas. */
  readonly validation: Latency;
}

export async function measureSmallFigures(
  { redisUrl, clear }: House,
  workload: Workload,
  repeats: number,
): Promise<SmallFigures> {
  const prefix = `f${Date.now().toString(36)}`;
  await using stack = new AsyncDisposableStack();
  const onError = (error: Error) => process.stderr.write(`small figures: ${error.message}\n`);
  const redis = stack.adopt(await connectRedis({ url: redisUrl, onError }), (one) => one.disconnect());
  stack.defer(() => clear(prefix));
  const eventLog = stack.adopt(createRedisEventLog({ redis, keys: redisKeysOf(prefix) }), (one) =>
    one.close(),
  );
  const lock = { lockDurationMs: taskQueue.lockDuration, stalledIntervalMs: taskQueue.stalledInterval };
  const queue = stack.adopt(
    await createBullmqQueue({ redisUrl, prefix, workerName: 'bench', ...lock, onError }),
    (one) => one.close(),
  );
  const head = headOf(workload, 1);
  const spine = spineOf(head);
  const [task] = spine;
  if (task === undefined) throw new Error('the template has no step');
  await queue.addFlow(spine);
  const event = createdEvent(head, Date.now(), null);
  const states = transitionsOf(event);
  const emits = await timeEmits(eventLog.append, event, repeats);
  return {
    queueCall: latencyOf(await timeEach(repeats, () => queue.readStatus(task))),
    transition: latencyOf(await timeEach(repeats, states)),
    ...emits,
    validation: latencyOf(
      await timeEach(repeats, () => [taskPayloadSchema.parse(task.payload), encodeEvent(event)]),
    ),
  };
}

/** Applies the events of one short life over and over. */
function transitionsOf(created: AnyEvent): () => unknown {
  const { workflowId = '' } = created;
  const started: AnyEvent = { ...created, type: 'WORKFLOW.STARTED.SUCCESS', data: { steps: [] } };
  const ended: AnyEvent = { ...created, type: 'WORKFLOW.COMPLETED.SUCCESS', data: { result: 'merged' } };
  const life = [created, started, ended];
  let state: WorkflowState | null = null;
  let index = 0;
  return () => {
    const event = life[index % life.length];
    if (event === undefined) throw new Error(`workflow ${workflowId} has no life`);
    state = applyEvent(event === created ? null : state, event);
    index += 1;
    return state;
  };
}

async function timeEach(repeats: number, call: () => unknown): Promise<readonly number[]> {
  const timesMs: number[] = [];
  for (let index = 0; index < repeats; index += 1) {
    const beganMs = performance.now();
    await call();
    timesMs.push(performance.now() - beganMs);
  }
  return timesMs;
}

async function timeEmits(
  append: (events: readonly AnyEvent[]) => Promise<void>,
  event: AnyEvent,
  repeats: number,
): Promise<{ readonly emit: Latency; readonly emitted: Latency }> {
  const emitMs: number[] = [];
  const emittedMs: number[] = [];
  for (let index = 0; index < repeats; index += 1) {
    const beganMs = performance.now();
    const appended = append([event]);
    emitMs.push(performance.now() - beganMs);
    await appended;
    emittedMs.push(performance.now() - beganMs);
  }
  return { emit: latencyOf(emitMs), emitted: latencyOf(emittedMs) };
}
