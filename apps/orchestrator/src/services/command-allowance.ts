/** Commands of one person in one project within an hour; what comes beyond them is not carried out. */
const COMMANDS_MAX = 20;
const WINDOW_MS = 3_600_000;
/** People remembered; the ones who were heard longest ago are forgotten first. */
const PEOPLE_MAX = 5000;

export interface CommandAllowance {
  /** Counts one more: `over` for the first beyond what is allowed, `silent` for all that follow it. */
  take(person: string): 'allowed' | 'over' | 'silent';
}

/** Keeps one person, or a program in their name, from keeping us busy. */
export function createCommandAllowance(now: () => number): CommandAllowance {
  const said = new Map<string, readonly number[]>();
  return {
    take: (person) => {
      const recent = (said.get(person) ?? []).filter((at) => now() - at < WINDOW_MS);
      if (recent.length > COMMANDS_MAX) return 'silent';
      said.delete(person);
      said.set(person, [...recent, now()]);
      const [oldest] = said.keys();
      if (said.size > PEOPLE_MAX && oldest !== undefined) said.delete(oldest);
      return recent.length < COMMANDS_MAX ? 'allowed' : 'over';
    },
  };
}
