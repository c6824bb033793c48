import type { Git } from './git.ts';

const SUBMODULE_MODE = '160000';

const LIST = ['ls-files', '-z', '-t', '--stage', '--cached', '--others', '--exclude-standard', '--deleted'];

/** Tracked and new files that exist, sorted. Submodules and repositories inside the tree are no files. */
export async function listFiles(git: Git): Promise<readonly string[]> {
  const entries = (await git.text(LIST)).split('\0');
  const named = (tag: string) => entries.filter((entry) => entry.startsWith(tag));
  const others = named('? ').map((entry) => entry.slice(2));
  const tracked = named('H ').filter((entry) => !entry.startsWith(`H ${SUBMODULE_MODE}`));
  const found = new Set([...tracked.map(pathOf), ...others.filter((name) => !name.endsWith('/'))]);
  for (const name of named('R ').map(pathOf)) found.delete(name);
  return [...found].sort();
}

/** From `tag mode hash stage<TAB>path`. */
function pathOf(entry: string): string {
  return entry.slice(entry.indexOf('\t') + 1);
}
