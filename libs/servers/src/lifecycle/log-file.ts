import { type FileHandle, open, rename, stat } from 'node:fs/promises';
import { codeOf } from '../error-code.ts';

/** A server's log as one start sees it. */
export interface LogFile {
  readonly file: FileHandle;
  /** The last lines written since this start. */
  tail(): Promise<string>;
}

const ROTATE_ABOVE_BYTES = 10 * 1024 * 1024;
const TAIL_MAX_BYTES = 1500;

/** Opens the log to append to it; a long one is set aside first, in place of the one set aside before. */
export async function openLog(path: string): Promise<LogFile> {
  if ((await sizeOf(path)) > ROTATE_ABOVE_BYTES) await rename(path, `${path}.old`);
  const file = await open(path, 'a+', 0o600);
  const { size } = await file.stat();
  return { file, tail: () => tailSince(path, size) };
}

async function tailSince(path: string, start: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const from = Math.max(start, size - TAIL_MAX_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_MAX_BYTES), 0, TAIL_MAX_BYTES, from);
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
