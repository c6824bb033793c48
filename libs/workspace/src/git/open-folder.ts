import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { errorCode } from './error-code.ts';

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Whether folders that are not there are made on the way. */
export type Missing = 'make' | 'fail';

/**
 * Opens a folder below `root` step by step, each inside the one before and through no link, so that nothing that is swapped
 * for a link meanwhile can lead elsewhere. `place` must be a real path inside `root`.
 */
export async function openFolder(root: string, place: string, missing: Missing): Promise<FileHandle> {
  let folder = await open(root, FOLDER);
  for (const segment of relative(root, place)
    .split('/')
    .filter((one) => one !== '')) {
    // Closed however this step ends.
    await using outer = folder;
    const inner = inFolder(outer, segment);
    if (missing === 'make') await makeFolder(inner);
    folder = await open(inner, FOLDER);
  }
  return folder;
}

/** A path that stands for a name in an open folder, wherever that folder lies by now. */
export function inFolder(folder: FileHandle, name: string): string {
  return join(`/proc/self/fd/${folder.fd}`, name);
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}
