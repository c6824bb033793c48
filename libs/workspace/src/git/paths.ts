import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { TammaError } from '@tamma/domain';
import { errorCode } from './error-code.ts';

const SHOWN_MAX_CHARACTERS = 200;

export function showPath(path: string): string {
  return JSON.stringify(path.slice(0, SHOWN_MAX_CHARACTERS));
}

export function refusePath(path: string, why: string): TammaError {
  return new TammaError('WORKSPACE_PATH_REFUSED', `path ${showPath(path)} is refused: it ${why}`, {
    class: 'validation',
    remedy: 'Use the path of a file inside the checkout, relative to its root.',
  });
}

/** The segments of a relative path, `.` left out. */
export function segmentsOf(path: string): readonly string[] {
  if (path.includes('\0')) throw refusePath(path, 'holds a NUL character');
  if (isAbsolute(path)) throw refusePath(path, 'is absolute');
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw refusePath(path, 'leads upwards');
  if (segments.some(isGitFolder)) throw refusePath(path, 'lies in a git directory');
  if (segments.length === 0) throw refusePath(path, 'names no file');
  return segments;
}

/**
 * Where a path really is after all symbolic links, existing or not; only inside `root`, which must be a real path.
 * `named` is what the caller was asked for, for the message.
 */
export async function locate(root: string, segments: readonly string[], named: string): Promise<string> {
  const { existing, missing } = await deepestExisting(root, join(root, ...segments), named);
  const place = join(existing, ...missing);
  requireInside(root, place, named);
  return place;
}

export function requireInside(root: string, place: string, named: string): void {
  if (place !== root && !place.startsWith(`${root}/`)) throw refusePath(named, 'leaves the checkout');
  if (relative(root, place).split('/').some(isGitFolder)) throw refusePath(named, 'lies in a git directory');
}

/**
 * Whether some file system takes the name for `.git`: they fold case and widths, skip characters that cannot be seen, drop
 * dots and blanks at the end, and have short names and streams.
 */
function isGitFolder(segment: string): boolean {
  const seen = segment.normalize('NFKC').replaceAll(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  const name = (seen.toLowerCase().split(':')[0] ?? '').replace(/[. ]+$/, '');
  return name === '.git' || name === 'git~1';
}

async function deepestExisting(root: string, path: string, named: string) {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const real = await realpathIfAny(at);
    if (real !== undefined) return { existing: real, missing };
    if (at === root) throw refusePath(named, 'lies in a checkout that is gone');
    if (await isThere(at)) throw refusePath(named, 'goes through a symbolic link to nowhere');
    missing.unshift(basename(at));
  }
}

async function realpathIfAny(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
