/** What an adapter, or the stand-in behind it, cannot be asked. */
export interface LeftOut {
  /** Name of a group, or `group: title` of one test. */
  readonly tests: string;
  readonly why: string;
}

export interface Omissions {
  /** Null when the test is to be run. */
  reasonFor(group: string, test: string): string | null;
  /** One line per entry, once every test has been asked about; throws for an entry that met no test. */
  report(): readonly string[];
}

export function leaveOut(entries: readonly LeftOut[]): Omissions {
  const counts = new Map(entries.map((entry) => [entry, 0]));
  return {
    reasonFor: (group, test) => {
      const entry = entries.find(({ tests }) => tests === group || tests === test);
      if (entry === undefined) return null;
      counts.set(entry, (counts.get(entry) ?? 0) + 1);
      return entry.why;
    },
    report: () =>
      [...counts].map(([{ tests, why }, count]) => {
        if (count === 0) throw new Error(`there is no test "${tests}" to leave out`);
        return `${tests} (${count === 1 ? '1 test' : `${count} tests`}): ${why}`;
      }),
  };
}
