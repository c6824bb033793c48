import { setTimeout as sleep } from 'node:timers/promises';
import { redisKeysOf } from '@tamma/contracts';
import { connectRedis } from '@tamma/coordination/redis';
import type { AnyEvent } from '@tamma/domain';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { consumeBare } from './bare.ts';
import { consumeEngine } from './engine-worker.ts';
import { createProfiler } from './profile.ts';
import {
  type ConsumeRequest,
  type TellRequest,
  type WorkerRequest,
  workerRequestSchema,
} from './protocol.ts';
import { sayDone, serveCalls } from './side.ts';

/** How often a teller that has fallen behind its rate looks at the clock. */
const TELL_EVERY_MS = 10;

let consuming: AsyncDisposable | null = null;
const profiler = createProfiler();

serveCalls(workerRequestSchema, answer);

async function answer(request: WorkerRequest): Promise<unknown> {
  switch (request.ask) {
    case 'consume':
      consuming = await consume(request);
      return null;
    case 'rest':
      await consuming?.[Symbol.asyncDispose]();
      consuming = null;
      return null;
    case 'tell':
      return tellEvents(request);
    case 'profile-start':
      return profiler.start();
    case 'profile-stop':
      return profiler.stop();
  }
}

function consume(request: ConsumeRequest): Promise<AsyncDisposable> {
  return request.rung === 'bare' ? consumeBare(request, sayDone) : consumeEngine(request, sayDone);
}

/** Tells events at an even rate, each with the moment it was told; answers how many. */
async function tellEvents({ redisUrl, prefix, perSecond, seconds }: TellRequest): Promise<number> {
  const redis = await connectRedis({ url: redisUrl, onError: report });
  const eventLog = createRedisEventLog({ redis, keys: redisKeysOf(prefix) });
  const total = perSecond * seconds;
  const beganMs = performance.now();
  let told = 0;
  while (told < total) {
    const due = Math.min(total, Math.ceil(((performance.now() - beganMs) / 1000) * perSecond));
    // One append each, as attempts of different tasks tell theirs.
    const appends: Promise<void>[] = [];
    for (; told < due; told += 1) appends.push(eventLog.append([momentEvent(prefix, told)]));
    await Promise.all(appends);
    await sleep(TELL_EVERY_MS);
  }
  await eventLog.close();
  redis.disconnect();
  return told;
}

function momentEvent(prefix: string, index: number): AnyEvent {
  const workflowId = `${prefix}-${index % 50}.r1`;
  return {
    id: `${workflowId}.moment.${index}`,
    type: 'TASK.INTERRUPTED.SUCCESS',
    data: { why: String(performance.timeOrigin + performance.now()) },
    at: new Date().toISOString(),
    workflowId,
    taskId: `${workflowId}.moment`,
    stepId: 'moment',
    actor: { kind: 'worker', id: 'bench' },
    tags: { workflowId },
    metadata: { schemaVersion: 1, source: 'worker' },
  };
}

function report(error: Error): void {
  process.stderr.write(`bench worker: ${error.message}\n`);
}
