import { createHash, randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the parts of one checkout lie; everything but the owner file is inside `folder`. */
export interface Layout {
  readonly folder: string;
  /** Beside the folder, so that it outlives it by a moment and a half-removed folder is still found. */
  readonly ownerFile: string;
  /** The work tree: the only part that tools and commands are meant to see. */
  readonly tree: string;
  /** The git directory, out of the tree so that nothing written there can steer our git. */
  readonly gitDir: string;
  readonly home: string;
  readonly temporary: string;
}

export const OWNER_SUFFIX = '.owner.json';
const KEY_LENGTH_MAX = 80;
const HASH_LENGTH = 8;

export function layoutAt(root: string, name: string): Layout {
  const folder = join(root, name);
  return {
    folder,
    ownerFile: `${folder}${OWNER_SUFFIX}`,
    tree: join(folder, 'tree'),
    gitDir: join(folder, 'git'),
    home: join(folder, 'home'),
    temporary: join(folder, 'tmp'),
  };
}

export function newFolderName(key: string): string {
  return `${safeKey(key)}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

export async function makeFolders(layout: Layout): Promise<void> {
  await mkdir(layout.folder, { mode: 0o700 });
  for (const part of [layout.tree, layout.gitDir, layout.home, layout.temporary]) await mkdir(part);
}

/** A key as one path segment; the hash keeps two keys apart that would otherwise look the same. */
export function safeKey(key: string): string {
  const cleaned = key
    .replaceAll(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^\.+/, '_')
    .slice(0, KEY_LENGTH_MAX);
  if (cleaned === key && key !== '') return key;
  return `${cleaned}-${createHash('sha256').update(key).digest('hex').slice(0, HASH_LENGTH)}`;
}
