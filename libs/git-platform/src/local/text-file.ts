import { randomUUID } from 'node:crypto';
import { constants, type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TammaError, toError } from '@tamma/domain';

const FILE_MAX_BYTES = 1024 * 1024;
/** Never follow a link out of the folder, never hang on a pipe that nobody writes. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What is wrong with a record, and what a person does about it. */
export interface Problem {
  readonly reason: string;
  readonly remedy: string;
}

export type TextFile =
  | { readonly kind: 'text'; readonly text: string; readonly modifiedAt: Date }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly problem: Problem };

/** Reads a whole UTF-8 file, a byte order mark included. Throws only for trouble that is not the file's own. */
export async function readTextFile(path: string): Promise<TextFile> {
  let handle: FileHandle;
  try {
    handle = await open(path, READ_FLAGS);
  } catch (error) {
    return unopened(path, error);
  }
  try {
    return await readHandle(handle);
  } finally {
    await handle.close();
  }
}

/** Replaces a file as a whole: a reader sees the old text or the new one, never a part. */
export async function replaceTextFile(path: string, text: string, modifiedAt?: Date): Promise<void> {
  const temporary = await writeBeside(path, text, modifiedAt);
  await guarded(path, async () => {
    await rename(temporary, path);
  }).catch((error) => discard(temporary, error));
}

/** Creates a file with its whole text, or says false because one is there already. */
export async function createTextFile(path: string, text: string): Promise<boolean> {
  const temporary = await writeBeside(path, text);
  try {
    // A link is refused when the name is taken, and appears with all its text: an exclusive open would show half.
    await link(temporary, path);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw fileError(path, error);
  } finally {
    await rm(temporary, { force: true });
  }
}

export function errorCodeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** Names the file and what to do, whatever the file system said. */
export function fileError(path: string, cause: unknown): TammaError {
  const code = errorCodeOf(cause);
  const isSetup = code !== undefined && ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS'].includes(code);
  return new TammaError('FILE_FAILED', `${path}: ${toError(cause).message}`, {
    class: isSetup ? 'validation' : 'system',
    remedy: isSetup
      ? 'See that the folder exists and that this process may write there.'
      : 'Look at the disk: free space, open files, health.',
    cause,
  });
}

async function readHandle(handle: FileHandle): Promise<TextFile> {
  const status = await handle.stat();
  if (!status.isFile()) return unreadable('it is not a regular file', 'Move it elsewhere.');
  if (status.size > FILE_MAX_BYTES) {
    const reason = `it has ${status.size} bytes, at most ${FILE_MAX_BYTES} are read`;
    return unreadable(reason, 'Shorten the text, or move attachments elsewhere.');
  }
  const text = decode(await handle.readFile());
  if (text === null) return unreadable('it is not UTF-8 text', 'Save it as UTF-8 text.');
  return { kind: 'text', text, modifiedAt: status.mtime };
}

function decode(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The decoder throws for malformed bytes and nothing else; null says so.
    return null;
  }
}

function unopened(path: string, error: unknown): TextFile {
  const code = errorCodeOf(error);
  if (code === 'ENOENT') return { kind: 'absent' };
  if (code === 'ELOOP') return unreadable('it is a symbolic link', 'Put the file itself in its place.');
  if (code === 'EACCES') return unreadable('it may not be read', 'Give this process read permission.');
  if (code === 'ENXIO') return unreadable('it is not a regular file', 'Move it elsewhere.');
  throw fileError(path, error);
}

function unreadable(reason: string, remedy: string): TextFile {
  return { kind: 'unreadable', problem: { reason, remedy } };
}

/** The name begins with a dot and ends otherwise than records do, so that no listing takes it for one. */
async function writeBeside(path: string, text: string, modifiedAt?: Date): Promise<string> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  await guarded(path, async () => {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(text);
      await takeOver(handle, path);
      if (modifiedAt !== undefined) await handle.utimes(modifiedAt, modifiedAt);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }).catch((error) => discard(temporary, error));
  return temporary;
}

/** Keeps owner and permissions of the file to be replaced, so that the person who wrote it can go on editing. */
async function takeOver(handle: FileHandle, path: string): Promise<void> {
  try {
    const { mode, uid, gid } = await stat(path);
    await handle.chmod(mode & 0o777);
    await handle.chown(uid, gid);
  } catch (error) {
    // New files have nothing to take over, and only root may give a file away: the text matters more.
    if (!['ENOENT', 'EPERM'].includes(errorCodeOf(error) ?? '')) throw error;
  }
}

async function guarded(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw fileError(path, error);
  }
}

async function discard(temporary: string, error: unknown): Promise<never> {
  await rm(temporary, { force: true });
  throw error;
}
