import { readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorCode } from '../error-code.ts';
import { depthOf, existing, isWithin, type Place } from './place.ts';
import { requireShowable, whyHidden } from './showable.ts';

/** Links of one folder whose targets are shown; a system's own folder has some 300. */
const LINKS_MAX = 1_000;
/** Links that lead to links; Linux follows 40. */
const HOPS_MAX = 40;

export interface Surroundings {
  readonly hidden: readonly Place[];
  /** What commands see anyway, and so with the links that are in it. */
  readonly visible: readonly string[];
}

/**
 * What to bind so that programs find these files and folders, outer places first. Each is shown where it really is, and
 * under its other names where nothing is yet: over a link in a place that is shown already nothing can be bound, and
 * that link leads where it should.
 */
export async function certificatePlaces(
  paths: readonly string[],
  { hidden, visible }: Surroundings,
): Promise<readonly Place[]> {
  const named = (await existing(paths)).filter(({ kind }) => kind !== 'other');
  requireShowable(named, hidden);
  const folders = named.filter(({ kind }) => kind === 'folder');
  const linked = (await Promise.all(folders.map(({ real }) => linkedFiles(real)))).flat();
  // A link to what is hidden leads nowhere inside, which is no reason to keep the others back.
  const shown = [...named, ...linked.filter((place) => whyHidden(place, hidden) === undefined)];
  const places = (await Promise.all(shown.map(underAllNames))).flat();
  places.sort((a, b) => depthOf(a.path) - depthOf(b.path));
  const bound = [...visible];
  return places.filter(({ path }) => {
    if (bound.some((place) => isWithin(path, place))) return false;
    bound.push(path);
    return true;
  });
}

/** The files that links in a folder lead to: `c_rehash` and packagers fill whole folders with links. */
async function linkedFiles(folder: string): Promise<readonly Place[]> {
  const links = (await entriesOf(folder)).filter((entry) => entry.isSymbolicLink()).map(({ name }) => name);
  const places = await existing(
    links
      .sort()
      .slice(0, LINKS_MAX)
      .map((name) => join(folder, name)),
  );
  return places.filter(({ kind }) => kind === 'file');
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    // It went meanwhile, or is readable for nobody of ours: then commands do not read it either.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error) ?? '')) return [];
    throw error;
  }
}

/** Under the name that was given, each that a link on the way gives it, and its real one. */
async function underAllNames(place: Place): Promise<readonly Place[]> {
  const names = [place.path];
  for (let next = await linkTarget(place.path); next !== undefined; next = await linkTarget(next)) {
    if (names.push(next) > HOPS_MAX) break;
  }
  return [...new Set([...names, place.real])].map((path) => ({ ...place, path }));
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return resolve(await realpath(dirname(path)), await readlink(path));
  } catch (error) {
    // EINVAL: it is no link.
    if (['EINVAL', 'ENOENT', 'ENOTDIR', 'EACCES'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}
