import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { errorCode } from './error-code.ts';
import { inFolder, type Missing, openFolder } from './open-folder.ts';
import { locate, refusePath, requireInside, segmentsOf, showPath } from './paths.ts';

const FILE_MAX_BYTES = 1024 * 1024;

/** Not blocking, so that a named pipe left by a command cannot hang us; nothing is followed any more at this point. */
const SAFE_FLAGS = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What the file system says of a path that was asked for wrongly. */
const REFUSALS: Readonly<Record<string, string>> = {
  EISDIR: 'is a folder',
  ENOTDIR: 'goes through something that is no folder',
  ELOOP: 'is a symbolic link',
  ENAMETOOLONG: 'is too long',
  EACCES: 'may not be accessed',
  EPERM: 'may not be accessed',
  ENXIO: 'is no regular file',
  EROFS: 'is read-only',
};

export function readTextFile(root: string, path: string): Promise<string> {
  return explained(path, async () => {
    const place = await locate(root, segmentsOf(path), path);
    await using folder = await openFolderOf(root, place, { missing: 'fail', named: path });
    await using file = await openIn(folder, place, { flags: constants.O_RDONLY, named: path });
    return decode(await readAll(file, path), path);
  });
}

export function writeTextFile(root: string, path: string, text: string): Promise<void> {
  return explained(path, async () => {
    const place = await locate(root, segmentsOf(path), path);
    await using folder = await openFolderOf(root, place, { missing: 'make', named: path });
    const flags = constants.O_WRONLY | constants.O_CREAT;
    await using file = await openIn(folder, place, { flags, named: path });
    await file.truncate(0);
    await file.writeFile(text, 'utf8');
  });
}

/** Removes the name itself: of a symbolic link the link, never what it points to. */
export function removeOneFile(root: string, path: string): Promise<void> {
  return explained(path, async () => {
    const segments = segmentsOf(path);
    const parent = await locate(root, segments.slice(0, -1), path);
    const place = join(parent, segments.at(-1) ?? '');
    await using folder = await openFolderOf(root, place, { missing: 'fail', named: path });
    await unlink(inFolder(folder, basename(place)));
  });
}

interface Opening {
  readonly flags: number;
  /** What the caller was asked for. */
  readonly named: string;
}

interface FolderOpening extends Pick<Opening, 'named'> {
  readonly missing: Missing;
}

async function openFolderOf(root: string, place: string, { missing, named }: FolderOpening) {
  // A link to the root leads to a place whose folder is outside.
  requireInside(root, dirname(place), named);
  return openFolder(root, dirname(place), missing);
}

async function openIn(folder: FileHandle, place: string, { flags, named }: Opening): Promise<FileHandle> {
  const file = await open(inFolder(folder, basename(place)), flags | SAFE_FLAGS, 0o666);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw refusePath(named, 'is no regular file');
    if (found.nlink > 1) throw refusePath(named, 'has another name (a hard link), which may lie outside');
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readAll(file: FileHandle, path: string): Promise<Buffer> {
  const buffer = Buffer.alloc(FILE_MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  throw unreadable(path, `is larger than ${FILE_MAX_BYTES} bytes`);
}

function decode(bytes: Buffer, path: string): string {
  if (bytes.includes(0)) throw unreadable(path, 'is binary');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, 'is not UTF-8 text', error);
  }
}

function unreadable(path: string, why: string, cause?: unknown): TammaError {
  return new TammaError('WORKSPACE_FILE_UNREADABLE', `file ${showPath(path)} ${why}`, {
    class: 'validation',
    remedy: 'Leave this file alone, or look at it with a command.',
    cause,
  });
}

async function explained<Value>(path: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'ENOENT') throw missing(path, error);
    const why = REFUSALS[code];
    if (why !== undefined) throw refusePath(path, why);
    throw error;
  }
}

function missing(path: string, cause: unknown): TammaError {
  return new TammaError('WORKSPACE_FILE_MISSING', `there is no file ${showPath(path)} in the checkout`, {
    class: 'validation',
    remedy: 'List the files first.',
    cause,
  });
}
