import { toError } from '@tamma/domain';
import type { ExecutorDeps } from './deps.ts';

/**
 * Services that nobody calls now: they asked to be left alone, or a circuit of theirs is open. Nothing is known while Redis is
 * away: then everybody counts as there.
 */
export async function unavailableServices({
  circuits,
  now,
  logger,
}: Pick<ExecutorDeps, 'circuits' | 'now' | 'logger'>): Promise<ReadonlySet<string>> {
  try {
    const [holds, all] = await Promise.all([circuits.listHolds(), circuits.listCircuits()]);
    const held = holds.filter((hold) => hold.untilMs > now()).map((hold) => hold.service);
    const open = all.filter(({ state }) => state.status !== 'closed' && state.untilMs > now());
    return new Set([...held, ...open.map(({ service }) => service)]);
  } catch (thrown) {
    logger.warn({ error: toError(thrown).message }, 'nothing known of services: each agent counts as there');
    return new Set();
  }
}
