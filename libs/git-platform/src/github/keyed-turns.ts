/** Runs what has the same key one after the other, whatever becomes of the ones before. */
export type TakeTurns = <Value>(key: string, run: () => Promise<Value>) => Promise<Value>;

export function createTurns(): TakeTurns {
  const last = new Map<string, Promise<unknown>>();
  return async (key, run) => {
    const before = last.get(key) ?? Promise.resolve();
    const turn = before.then(run, run);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
