import { realpath, stat } from 'node:fs/promises';
import { errorCode } from '../error-code.ts';

/** Something on this machine that the sandbox shows or hides. */
export interface Place {
  /** What it was called. */
  readonly path: string;
  /** Where it is, without any link. */
  readonly real: string;
  readonly kind: 'file' | 'folder' | 'other';
}

const ABSENT = new Set(['ENOENT', 'EACCES', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG']);

/** Those of them that are there. */
export async function existing(paths: readonly string[]): Promise<readonly Place[]> {
  const found = await Promise.all([...new Set(paths)].map(placeIfAny));
  return found.filter((place) => place !== undefined);
}

async function placeIfAny(path: string): Promise<Place | undefined> {
  try {
    const real = await realpath(path);
    const state = await stat(real);
    const kind = state.isDirectory() ? 'folder' : state.isFile() ? 'file' : 'other';
    return { path, real, kind };
  } catch (error) {
    if (ABSENT.has(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** Of two places one inside the other, the outer one has the smaller depth. */
export function depthOf(path: string): number {
  return path.split('/').length;
}
