import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TammaError } from '@tamma/domain';
import { errorCode } from '../error-code.ts';
import { searchDirectories } from '../search-path.ts';

const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG']);

/** The file a program's name stands for: searched on `path`, or relative to the tree when it holds a slash. */
export async function findProgram(name: string, tree: string, path: string): Promise<string> {
  const places = name.includes('/')
    ? [resolve(tree, name)]
    : searchDirectories(path).map((directory) => join(directory, name));
  if (name === '' || name.includes('\0')) throw programMissing(name, 'is no name of a program');
  for (const place of places) if (await isProgram(place)) return place;
  throw programMissing(name, name.includes('/') ? 'is no executable file' : 'was not found on PATH');
}

export function programMissing(name: string, why: string): TammaError {
  return new TammaError('WORKSPACE_PROGRAM_MISSING', `program ${JSON.stringify(name)} ${why}`, {
    class: 'validation',
    remedy: 'Install the program where the worker runs, or name another in the configuration.',
  });
}

async function isProgram(place: string): Promise<boolean> {
  try {
    await access(place, constants.X_OK);
    return (await stat(place)).isFile();
  } catch (error) {
    if (ABSENT.has(errorCode(error) ?? '')) return false;
    throw error;
  }
}
