/** One work at a time, in the order they came; one that fails does not hold up the next. */
export function createTurnstile(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    // Who asked for it hears of its failure; the next one does not.
    last = mine.catch(() => undefined);
    return mine;
  };
}
