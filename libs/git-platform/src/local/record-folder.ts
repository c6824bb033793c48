import { createHash } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { slugOf } from '@tamma/domain';
import { errorCodeOf, fileError } from './text-file.ts';

const DIGITS = 3;
const HASH_LENGTH = 10;
const SLUG_MAX = 60;

/** Where comments and pull requests of an issue lie: `NNN/`. */
export function recordFolderOf(issuesFolder: string, issueNumber: number): string {
  return join(issuesFolder, String(issueNumber).padStart(DIGITS, '0'));
}

/** Readable, and the same for the same key: two processes with one intention meet at one name. */
export function keyedName(prefix: string, key: string): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, HASH_LENGTH);
  return `${prefix}-${slugOf(key, SLUG_MAX)}-${hash}`;
}

/** `stem.md`, `stem-2.md`, …: the first that is not taken. */
export function firstFreeName(stem: string, taken: ReadonlySet<string>): string {
  let name = `${stem}.md`;
  for (let turn = 2; taken.has(name); turn += 1) name = `${stem}-${turn}.md`;
  return name;
}

/** Records in a folder by name; none when the folder does not exist. */
export async function listRecordNames(folder: string): Promise<readonly string[]> {
  const names = await listNames(folder);
  return names.filter((name) => name.endsWith('.md') && !name.startsWith('.')).toSorted();
}

export async function listNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error) ?? '')) return [];
    throw fileError(folder, error);
  }
}

export async function ensureFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError(folder, error);
  }
}
