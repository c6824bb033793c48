import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './error-code.ts';
import type { Git } from './git.ts';

const SUBMODULE_MODE = '160000';

const LIST = ['ls-files', '-z', '-t', '--stage', '--cached', '--others', '--exclude-standard', '--deleted'];
/** Tags of what the index has: as it is, in conflict, and not looked at by git. */
const TRACKED = ['H', 'M', 'S'];
const NOT_LOOKED_AT = 'S';

/** Tracked and new files that exist, sorted. Submodules and repositories inside the tree are no files. */
export async function listFiles(git: Git, root: string): Promise<readonly string[]> {
  const entries = (await git.text(LIST)).split('\0');
  const named = (tag: string) => entries.filter((entry) => entry.startsWith(`${tag} `));
  const others = named('?').map((entry) => entry.slice('? '.length));
  const tracked = TRACKED.flatMap((tag) =>
    named(tag).filter((entry) => !entry.startsWith(`${tag} ${SUBMODULE_MODE}`)),
  );
  const found = new Set([...tracked.map(pathOf), ...others.filter((name) => !name.endsWith('/'))]);
  const gone = [...named('R').map(pathOf), ...(await absent(root, named(NOT_LOOKED_AT).map(pathOf)))];
  for (const name of gone) found.delete(name);
  return [...found].sort();
}

/** From `tag mode hash stage<TAB>path`. */
function pathOf(entry: string): string {
  return entry.slice(entry.indexOf('\t') + 1);
}

/** Of what it does not look at, git does not say that it is gone. */
async function absent(root: string, paths: readonly string[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const path of paths) if (!(await exists(join(root, path)))) gone.push(path);
  return gone;
}

async function exists(place: string): Promise<boolean> {
  try {
    await lstat(place);
    return true;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}
