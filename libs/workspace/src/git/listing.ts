import type { Git } from './git.ts';

const SUBMODULE_MODE = '160000';

/** Tracked and new files that exist, sorted. Submodules and repositories inside the tree are no files. */
export async function listFiles(git: Git): Promise<readonly string[]> {
  const [tracked, others, deleted] = await Promise.all([
    names(git, ['--cached', '--stage']),
    names(git, ['--others', '--exclude-standard']),
    names(git, ['--deleted']),
  ]);
  const found = new Set([...trackedFiles(tracked), ...others.filter((name) => !name.endsWith('/'))]);
  for (const name of deleted) found.delete(name);
  return [...found].sort();
}

async function names(git: Git, options: readonly string[]): Promise<readonly string[]> {
  const listing = await git.text(['ls-files', '-z', ...options]);
  return listing.split('\0').filter((name) => name !== '');
}

/** From lines `mode hash stage<TAB>path`. */
function trackedFiles(entries: readonly string[]): readonly string[] {
  return entries
    .filter((entry) => !entry.startsWith(SUBMODULE_MODE))
    .map((entry) => entry.slice(entry.indexOf('\t') + 1));
}
