import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** A folder kept in memory: what takes git a dozen processes to make is written anew in a moment. */
export interface FolderTemplate {
  readonly folders: readonly string[];
  readonly files: ReadonlyMap<string, Buffer>;
}

export async function readTemplate(root: string): Promise<FolderTemplate> {
  const folders: string[] = [];
  const files = new Map<string, Buffer>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) folders.push(relative(root, place));
    else files.set(relative(root, place), await readFile(place));
  }
  return { folders: folders.toSorted(), files };
}

export async function writeTemplate({ folders, files }: FolderTemplate, root: string): Promise<void> {
  await mkdir(root);
  for (const folder of folders) await mkdir(join(root, folder));
  for (const [path, bytes] of files) await writeFile(join(root, path), bytes);
}
