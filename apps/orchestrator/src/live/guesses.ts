/** Wrong tokens by address: a person mistypes, a program guesses. */
export interface Guesses {
  isTooMany(address: string): boolean;
  count(address: string): void;
}

const WINDOW_MS = 60_000;
const GUESSES_MAX = 10;
const ADDRESSES_MAX = 1000;
/** Whoever is there could stop the process as well. */
const LOOPBACK = /^(::1|(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

export function createGuesses(now: () => number): Guesses {
  const seen = new Map<string, { count: number; readonly until: number }>();
  const current = (address: string) => {
    const entry = seen.get(address);
    if (entry === undefined || entry.until > now()) return entry;
    seen.delete(address);
    return undefined;
  };
  return {
    isTooMany: (address) => (current(address)?.count ?? 0) >= GUESSES_MAX,
    count: (address) => {
      if (LOOPBACK.test(address)) return;
      const entry = current(address) ?? { count: 0, until: now() + WINDOW_MS };
      entry.count += 1;
      seen.set(address, entry);
      // The oldest goes first: who comes from a thousand addresses is not stopped by counting them.
      const [oldest] = seen.keys();
      if (seen.size > ADDRESSES_MAX && oldest !== undefined) seen.delete(oldest);
    },
  };
}
