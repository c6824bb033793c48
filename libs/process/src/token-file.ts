import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reportError } from '@tamma/domain';
import type { Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';

/** Room for as many tokens as are read. */
const FILE_BYTES_MAX = 128 * 1024;

export interface Secret {
  /** The variable it came from, which for a file is the one that names it. */
  readonly source: string;
  /** Null when it is not set, or cannot be read. */
  readonly text: string | null;
  readonly problems: readonly ConfigProblem[];
}

interface SecretPlace {
  readonly environment: Environment;
  /** Where relative paths start. */
  readonly folder: string;
}

/** The value of a variable, or of the file that the same variable with `_FILE` names. Empty ones count as unset. */
export async function readSecret(variable: string, place: SecretPlace): Promise<Secret> {
  const found = findSecret(variable, place);
  if (found.path === null) return found.secret;
  try {
    return judge(found.source, await readStart(found.path));
  } catch (thrown) {
    return refuseFile(found.source, thrown);
  }
}

/** The same for a variable that only the configuration names, and that is asked for where nobody waits. */
export function readSecretNow(variable: string, place: SecretPlace): Secret {
  const found = findSecret(variable, place);
  if (found.path === null) return found.secret;
  try {
    return judge(found.source, readStartNow(found.path));
  } catch (thrown) {
    return refuseFile(found.source, thrown);
  }
}

type FoundSecret =
  | { readonly path: null; readonly secret: Secret }
  | { readonly path: string; readonly source: string };

function findSecret(variable: string, { environment, folder }: SecretPlace): FoundSecret {
  const own = environment[variable]?.trim() ?? '';
  const source = `${variable}_FILE`;
  const file = environment[source]?.trim() ?? '';
  if (file === '') {
    return { path: null, secret: { source: variable, text: own === '' ? null : own, problems: [] } };
  }
  if (own === '') return { path: resolve(folder, file), source };
  const message = `is set, and so is ${variable}: which of them counts is a guess`;
  return { path: null, secret: refuse(source, message, 'Unset one of them.') };
}

function refuseFile(source: string, thrown: unknown): Secret {
  const { code } = reportError(thrown);
  return refuse(source, `names a file that cannot be read (${code})`, 'Name a file that this user may read.');
}

function judge(source: string, content: Buffer): Secret {
  if (content.length > FILE_BYTES_MAX) {
    return refuse(
      source,
      `names a file of more than ${FILE_BYTES_MAX} bytes`,
      'Name a file that holds tokens.',
    );
  }
  const text = content.toString('utf8').trim();
  if (text === '') return refuse(source, 'names an empty file', 'Write the tokens into it.');
  return { source, text, problems: [] };
}

/** One byte more than is allowed shows that there is more; a device that never ends is not read to its end. */
export async function readStart(path: string): Promise<Buffer> {
  await using handle = await open(path, 'r');
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(FILE_BYTES_MAX + 1));
  return buffer.subarray(0, bytesRead);
}

/** Never waits: a pipe that nobody writes to must not stop the whole process. */
function readStartNow(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
    return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, null));
  } finally {
    closeSync(file);
  }
}

function refuse(source: string, message: string, remedy: string): Secret {
  return { source, text: null, problems: [{ path: '', source, message, remedy }] };
}
