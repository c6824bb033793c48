import type { Timers } from './timers.ts';

/** Long enough that a replay of thousands is a few changes, too short to be seen. */
const BATCH_MS = 40;
const BATCH_ITEMS_MAX = 1000;

export interface Batches<Item> {
  add(item: Item): void;
  /** Hands on what is left, at once. */
  flush(): void;
}

/** Collects what comes in quick succession, and hands it on together, in order. */
export function createBatches<Item>(take: (items: readonly Item[]) => void, timers: Timers): Batches<Item> {
  let items: Item[] = [];
  let cancel = (): void => {};
  const flush = (): void => {
    cancel();
    const taken = items;
    items = [];
    if (taken.length > 0) take(taken);
  };
  return {
    flush,
    add: (item) => {
      items.push(item);
      if (items.length === 1) cancel = timers.after(BATCH_MS, flush);
      if (items.length >= BATCH_ITEMS_MAX) flush();
    },
  };
}
