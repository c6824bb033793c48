export type UseSlot = <Value>(work: () => Promise<Value>) => Promise<Value>;

/** Lets so many pieces of work run at once; the others wait, in the order in which they came. */
export function createSlots(max: number): UseSlot {
  let free = max;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free === 0) {
      // Whoever ends hands its slot over, so that nobody who comes later is faster.
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      free -= 1;
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
