import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { toError } from '@tamma/domain';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit-code.ts';

export interface Environment {
  readonly [name: string]: string | undefined;
}

/** The variables of `.env` in a folder with the process's own over them. A missing file counts as empty. */
export function readEnvironment(folder: string, own: Environment): Environment {
  const path = join(folder, '.env');
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')), ...own };
  } catch (thrown) {
    const error = toError(thrown);
    if ('code' in error && error.code === 'ENOENT') return own;
    throw new CliError(EXIT.usage, `${path} cannot be read: ${error.message}`, { cause: thrown });
  }
}

/** A variable's text; an empty one counts as unset. */
export function variable(environment: Environment, name: string): string | null {
  const text = environment[name]?.trim() ?? '';
  return text === '' ? null : text;
}
