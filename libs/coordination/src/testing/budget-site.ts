import { redisKeysOf } from '@tamma/contracts';
import type { BudgetScope } from '@tamma/domain';
import { testClock, testServers, uniqueName } from '@tamma/testing';
import { Redis } from 'ioredis';
import type { Budgets, ReserveVerdict } from '../index.ts';
import { createBudgets } from '../redis/index.ts';

export const STEP = { level: 'step', id: 'demo-1.r1.code-generation', limitMicroUsd: 1000 } as const;
export const FLOW = { level: 'workflow', id: 'demo-1.r1', limitMicroUsd: 1500 } as const;
export const DAY = { level: 'all', id: '2026-06-01', limitMicroUsd: null } as const;
export const SCOPES: readonly BudgetScope[] = [STEP, FLOW, DAY];

/** Several processes that share one Redis. */
export function openProcesses(count: number, url = testServers().redisUrl) {
  const keys = redisKeysOf(uniqueName('budgets'));
  const clock = testClock();
  const connections = Array.from({ length: count }, () => new Redis(url, { maxRetriesPerRequest: null }));
  const processes = connections.map((redis) => {
    redis.on('error', () => {});
    return createBudgets({ redis, keys, now: clock.now });
  });
  const [first] = processes;
  const [redis] = connections;
  if (first === undefined || redis === undefined) throw new Error('at least one process');
  const ready = () => Promise.all(connections.map((one) => one.ping()));
  const dispose = () => {
    for (const one of connections) one.disconnect();
  };
  return { keys, clock, processes, first, redis, ready, [Symbol.dispose]: dispose };
}

export const reserve = (
  budgets: Budgets,
  id: string,
  wantedMicroUsd: number,
  leastMicroUsd = wantedMicroUsd,
) => budgets.reserve({ id, scopes: SCOPES, wantedMicroUsd, leastMicroUsd });

export const grantedOf = (verdict: ReserveVerdict) =>
  verdict.kind === 'reserved' ? verdict.grantedMicroUsd : null;

export async function usedOf(budgets: Budgets, scope: BudgetScope): Promise<readonly [number, number]> {
  const state = await budgets.read(scope);
  return [state?.spentMicroUsd ?? 0, state?.reservedMicroUsd ?? 0];
}
