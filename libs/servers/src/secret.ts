import { randomBytes, randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { TammaError } from '@tamma/domain';
import { codeOf } from './error-code.ts';

const SECRET_BYTES = 24;
const SECRET_PATTERN = /^[0-9a-f]{48}$/;

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('hex');
}

/** The secret in the file, made when the file is absent; starts at the same time agree on one. */
export async function ensureSecret(path: string): Promise<string> {
  const known = await readSecret(path);
  if (known !== undefined) return known;
  const draft = `${path}.${randomUUID()}`;
  try {
    await writePrivate(draft, newSecret());
    await link(draft, path);
  } catch (error) {
    // EEXIST: another start was faster, and its secret counts.
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return requireSecret(path);
}

/** Undefined when there is no such file. */
async function readSecret(path: string): Promise<string | undefined> {
  try {
    return check(path, (await readFile(path, 'utf8')).trim());
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

export async function requireSecret(path: string): Promise<string> {
  const secret = await readSecret(path);
  if (secret === undefined) throw unusable(path, 'is missing');
  return secret;
}

/** Writes a file that only its owner can read, and has it on disk before it returns. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function check(path: string, text: string): string {
  if (!SECRET_PATTERN.test(text)) throw unusable(path, 'does not hold a password of ours');
  return text;
}

function unusable(path: string, reason: string): TammaError {
  return new TammaError('SERVERS_PASSWORD_UNUSABLE', `the password file ${path} ${reason}`, {
    class: 'system',
    remedy: 'Restore the file from a backup.',
  });
}
