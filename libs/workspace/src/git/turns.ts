/** Who is at work on a checkout, so that a chore can be done while nobody is. */
export interface Turns {
  /** Any number may work at once. */
  work<Value>(action: () => Promise<Value>): Promise<Value>;
  /** Not done at all while somebody works; who wants to work meanwhile waits for it. */
  chore(action: () => Promise<void>): Promise<void>;
}

export function createTurns(): Turns {
  let working = 0;
  let done = Promise.resolve();
  return {
    async work(action) {
      working += 1;
      try {
        await done;
        return await action();
      } finally {
        working -= 1;
      }
    },
    async chore(action) {
      if (working > 0) return;
      const chore = action();
      // Its failure is told to whoever wanted it only.
      done = chore.catch(() => undefined);
      await chore;
    },
  };
}
