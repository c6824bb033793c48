import { setTimeout as sleep } from 'node:timers/promises';
import { redisKeysOf } from '@tamma/contracts';
import type { Capability } from '@tamma/domain';
import type { Redis } from 'ioredis';
import { queuePrefixOf } from '../../libs/queue/src/bullmq/queues.ts';
import { untilRecorded } from './burst.ts';
import type { House } from './house.ts';
import { openSite, type SiteOptions } from './site.ts';

export interface RedisBytesOptions extends Pick<SiteOptions, 'workload' | 'concurrency'> {
  readonly workflows: number;
}

export interface RedisBytes {
  readonly barePerWorkflow: number;
  readonly enginePerWorkflow: number;
  /** Of the event log, which keeps what is recorded for an hour. */
  readonly logPerWorkflow: number;
}

/** Nobody consumes this queue, so that every workflow stands before the eighth of its fourteen steps. */
const HELD: Capability = 'build';
const SETTLE_LIMIT_MS = 60_000;

/** What a workflow weighs in Redis half way through. */
export async function measureRedisBytes(house: House, options: RedisBytesOptions): Promise<RedisBytes> {
  const bare = await weigh(house, options, 'bare');
  const engine = await weigh(house, options, 'record');
  return {
    barePerWorkflow: bare.workflow,
    enginePerWorkflow: engine.workflow,
    logPerWorkflow: engine.log,
  };
}

async function weigh(
  house: House,
  { workload, concurrency, workflows }: RedisBytesOptions,
  rung: 'bare' | 'record',
): Promise<{ readonly workflow: number; readonly log: number }> {
  const prefix = `m${Date.now().toString(36)}`;
  const { redis } = house;
  const site = await openSite(house, { rung, prefix, workload, concurrency, without: [HELD] });
  try {
    const before = await usedMemory(redis);
    for (let issue = 1; issue <= workflows; issue += 1) await site.submit(issue);
    await untilHeld(redis, prefix, workflows);
    await untilRecorded(site.recording);
    const withLog = await usedMemory(redis);
    await redis.del(redisKeysOf(prefix).events);
    const after = await usedMemory(redis);
    return { workflow: (after - before) / workflows, log: (withLog - after) / workflows };
  } finally {
    await site[Symbol.asyncDispose]();
    await house.clear(prefix);
  }
}

async function untilHeld(redis: Redis, prefix: string, workflows: number): Promise<void> {
  const waiting = `${queuePrefixOf(prefix)}:${HELD}:prioritized`;
  const deadline = performance.now() + SETTLE_LIMIT_MS;
  while ((await redis.zcard(waiting)) < workflows) {
    if (performance.now() > deadline) throw new Error('the workflows do not get half way through');
    await sleep(20);
  }
}

async function usedMemory(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]);
}
