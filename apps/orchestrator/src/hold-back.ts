import type { EventConsumer } from '@tamma/event-log';

/** Share of Redis' memory above which no new work is taken; running workflows go on. */
const MEMORY_SHARE_MAX = 0.7;

export interface HoldBackOptions {
  readonly redis: { info(section: string): Promise<string> };
  readonly consumer: EventConsumer;
  readonly unrecordedMax: number;
}

/** Says why no new work may be taken now, null when it may. */
export function createHoldBack(options: HoldBackOptions): () => Promise<string | null> {
  return async () => {
    const lag = await options.consumer.lag();
    if (lag >= options.unrecordedMax) {
      return `${lag} events are not recorded yet, at most ${options.unrecordedMax} may be; is PostgreSQL there?`;
    }
    const share = memoryShare(await options.redis.info('memory'));
    if (share < MEMORY_SHARE_MAX) return null;
    return `Redis has used ${Math.round(share * 100)} % of its memory; give it more, or wait until work has ended`;
  };
}

/** Used memory over its limit; 0 when there is no limit. */
export function memoryShare(info: string): number {
  const read = (field: string) => Number(new RegExp(`^${field}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const limit = read('maxmemory');
  return limit === 0 ? 0 : read('used_memory') / limit;
}
