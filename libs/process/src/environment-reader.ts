import type { Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';
import { readSecret } from './token-file.ts';

/** Variables as they are asked for, and a list of what is wrong with them. */
export interface EnvironmentReader {
  readonly environment: Environment;
  readonly folder: string;
  /** Null for one that is empty or not set. */
  read(name: string): string | null;
  note(source: string, message: string, remedy?: string): void;
  /** Its value, or what stands in the file that the variable with `_FILE` names. */
  readSecret(name: string): Promise<string | null>;
}

export function createEnvironmentReader(
  place: { readonly environment: Environment; readonly folder: string },
  problems: ConfigProblem[],
): EnvironmentReader {
  return {
    ...place,
    read: (name) => {
      const text = place.environment[name]?.trim() ?? '';
      return text === '' ? null : text;
    },
    note: (source, message, remedy) => {
      const problem = { path: '', source, message };
      problems.push(remedy === undefined ? problem : { ...problem, remedy });
    },
    readSecret: async (name) => {
      const secret = await readSecret(name, place);
      problems.push(...secret.problems);
      return secret.text;
    },
  };
}

/** Whether a text is the address of a server and nothing more: what it holds beside may be shown to anybody. */
export function isPlainAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
