import { type Abilities, type GitWorkspacesOptions, probeAbilities } from '../git/index.ts';

const found = new Map<string, Promise<Abilities>>();

/** What this machine has, found out once for all tests of a process that ask alike: it takes half a dozen processes. */
export function abilitiesFor(
  root: string,
  options: Omit<GitWorkspacesOptions, 'root' | 'author'>,
): Promise<Abilities> {
  const key = JSON.stringify(options);
  const known = found.get(key) ?? probeAbilities({ root, ...options });
  found.set(key, known);
  return known;
}
