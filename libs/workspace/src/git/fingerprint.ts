import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { changesIn, type PathChange } from './changed-files.ts';
import { errorCode } from './error-code.ts';
import type { Git } from './git.ts';
import { readStatus } from './tree-status.ts';

/** Files whose contents are read; of more, and of larger ones, size and time of change stand for them. */
const READ_FILES_MAX = 2_000;
const READ_BYTES_MAX = 1024 * 1024;
const SAFE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** It went, or changed its kind, between the listing and now; or a command locked it. */
const NOT_READ = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EACCES']);

/** The head, and names and contents of all that differs from it, as one short text. */
export async function fingerprint(git: Git, root: string): Promise<string> {
  const hash = createHash('sha256');
  const status = await readStatus(git);
  hash.update(status.head);
  const changes = changesIn(status).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (const [index, change] of changes.entries()) {
    hash.update(`\0${change.path}\0`, 'latin1');
    await addState(hash, pathIn(root, change), index < READ_FILES_MAX);
  }
  return hash.digest('hex');
}

function pathIn(root: string, { path }: PathChange): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')]);
}

async function addState(hash: Hash, place: Buffer, mayRead: unknown): Promise<void> {
  try {
    const { mode, size, mtimeMs } = await lstat(place);
    hash.update(`${mode} `);
    const isLink = (mode & constants.S_IFMT) === constants.S_IFLNK;
    const isFile = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (isLink) hash.update(await readlink(place, 'buffer'));
    else if (isFile && mayRead && size <= READ_BYTES_MAX) await addContent(hash, place);
    else hash.update(`${size} ${mtimeMs}`);
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (!NOT_READ.has(code)) throw error;
    hash.update(code);
  }
}

async function addContent(hash: Hash, place: Buffer): Promise<void> {
  await using file = await open(place, SAFE_FLAGS);
  const buffer = Buffer.alloc(READ_BYTES_MAX);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
  hash.update(buffer.subarray(0, bytesRead));
}
