import { setTimeout as sleep } from 'node:timers/promises';
import { redisKeysOf } from '@tamma/contracts';
import type { WorkflowHashes } from '@tamma/coordination';
import {
  connectRedis,
  createAgentRecords,
  createBudgets,
  createCircuits,
  createControlChannel,
  createLiveText,
  createWorkflowHashes,
} from '@tamma/coordination/redis';
import { CAPABILITIES, taskIdOf } from '@tamma/domain';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { createMemoryPlatform } from '@tamma/git-platform/memory';
import type { TaskHandler } from '@tamma/queue';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { createLogger, createMetrics } from '@tamma/telemetry';
import { CallBooks } from '../../apps/worker/src/executor/call-books.ts';
import { createExecutor } from '../../apps/worker/src/executor/executor.ts';
import { createHints } from '../../apps/worker/src/executor/hints.ts';
import { LAST_STEP } from './bare.ts';
import { breaker, taskQueue } from './defaults.ts';
import type { ConsumeRequest } from './protocol.ts';
import { findNoOpStep } from './workload.ts';

/** The worker as `apps/worker/src/main.ts` wires it, with steps that do nothing. */
export async function consumeEngine(
  { rung, redisUrl, prefix, concurrency, without }: ConsumeRequest,
  onDone: (workflowId: string) => void,
): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const onError = (error: Error) => process.stderr.write(`engine worker: ${error.message}\n`);
  const redis = stack.adopt(await connectRedis({ url: redisUrl, onError }), (one) => one.disconnect());
  const keys = redisKeysOf(prefix);
  const eventLog = stack.adopt(createRedisEventLog({ redis, keys }), (one) => one.close());
  const liveText = stack.adopt(createLiveText({ redis, keys }), (one) => one.close());
  const queue = stack.adopt(
    await createBullmqQueue({
      redisUrl,
      prefix,
      workerName: 'bench',
      lockDurationMs: taskQueue.lockDuration,
      stalledIntervalMs: taskQueue.stalledInterval,
      onError,
    }),
    (one) => one.close(),
  );
  const hashes = createWorkflowHashes({ redis, keys });
  const control = stack.adopt(createControlChannel({ redis, keys, onError }), (one) => one.close());
  const { failures: failuresMax, window: windowMs, open: openMs } = breaker;
  const circuits = createCircuits({ redis, keys, settings: { failuresMax, windowMs, openMs }, onError });
  const logger = createLogger({ name: 'bench', level: 'info', destination: process.stderr });
  const platform = createMemoryPlatform();
  const deps = {
    workerId: 'bench',
    hashes: rung === 'guard' ? withoutCommit(hashes) : hashes,
    eventLog,
    liveText,
    hints: createHints(control),
    books: new CallBooks({
      circuits,
      eventLog,
      workerId: 'bench',
      now: Date.now,
      logger,
      metrics: createMetrics(),
    }),
    workspaces: { sandbox: 'none', limits: 'none', open: refuse, sweep: async () => 0 },
    platformOf: () => platform,
    agentOf: () => {
      throw new Error('a step of the bench asks no model');
    },
    secretsOf: () => [],
    agentRecords: createAgentRecords({ redis, keys, onError }),
    budgets: createBudgets({ redis, keys }),
    dayBudgetUsd: null,
    circuits,
    findStep: findNoOpStep,
    now: Date.now,
    sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
    random: Math.random,
    logger,
  } as const;
  for (const capability of CAPABILITIES) {
    if (without.includes(capability)) continue;
    const handler = telling(createExecutor(deps, capability), onDone);
    await queue.consume({ capability, concurrency, handler });
  }
  return stack.move();
}

/** Says when the last step of a workflow was committed. */
function telling(handler: TaskHandler, onDone: (workflowId: string) => void): TaskHandler {
  return async (task, signal) => {
    const fate = await handler(task, signal);
    if (fate.kind !== 'done') process.stderr.write(`${task.payload.taskId}: ${JSON.stringify(fate)}\n`);
    else if (task.payload.stepId === LAST_STEP) onDone(task.payload.workflowId);
    return fate;
  };
}

/** The rung that only asks whether a step may run: nothing is kept, so every step counts as done. */
function withoutCommit(hashes: WorkflowHashes): WorkflowHashes {
  return {
    ...hashes,
    begin: async (fence) => {
      const begun = await hashes.begin(fence, []);
      if (begun.kind !== 'begun') return begun;
      const { workflowId, template } = begun.head;
      return { ...begun, results: new Map(template.steps.map(({ id }) => [taskIdOf(workflowId, id), null])) };
    },
    commit: async () => 'committed',
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('a step of the bench does nothing'));
}
