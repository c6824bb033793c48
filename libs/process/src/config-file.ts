import { readFile } from 'node:fs/promises';
import { toError } from '@tamma/domain';
import { parseDocument } from 'yaml';
import type { ConfigProblem } from './config-problem.ts';

/** Largest configuration file read, in characters. */
const FILE_LENGTH_MAX = 1024 * 1024;

export interface ConfigFile {
  readonly path: string;
  /** Whether its absence is a problem; otherwise it counts as empty. */
  readonly required: boolean;
}

export type ConfigFileContent =
  | { readonly ok: true; readonly found: boolean; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads a YAML file; syntax errors come with line and column. */
export async function readConfigFile(file: ConfigFile): Promise<ConfigFileContent> {
  let text: string;
  try {
    text = await readFile(file.path, 'utf8');
  } catch (thrown) {
    return isAbsent(thrown) ? absent(file) : refuse(file, `cannot be read: ${toError(thrown).message}`);
  }
  if (text.length > FILE_LENGTH_MAX) {
    return refuse(file, `has ${text.length} characters, at most ${FILE_LENGTH_MAX} are read`);
  }
  return parseYaml(file, text);
}

function parseYaml(file: ConfigFile, text: string): ConfigFileContent {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const [at] = error.linePos ?? [];
      const where = at === undefined ? '' : `line ${at.line}, column ${at.col}: `;
      return problemOf(file, `${where}${firstSentence(error.message)}`);
    });
    return { ok: false, problems };
  }
  try {
    const value: unknown = document.toJS();
    return { ok: true, found: true, value: value ?? {} };
  } catch (thrown) {
    return refuse(file, toError(thrown).message);
  }
}

/** The parser goes on with the place, which we give ourselves, and the line, which could hold a secret. */
function firstSentence(message: string): string {
  return message.replace(/ at line \d+, column \d+[\s\S]*$/, '').split('\n')[0] ?? message;
}

function absent(file: ConfigFile): ConfigFileContent {
  if (!file.required) return { ok: true, found: false, value: {} };
  const problem = problemOf(file, 'does not exist');
  return { ok: false, problems: [{ ...problem, remedy: 'Create it, or set TAMMA_CONFIG to its path.' }] };
}

function refuse(file: ConfigFile, message: string): ConfigFileContent {
  return { ok: false, problems: [problemOf(file, message)] };
}

function problemOf(file: ConfigFile, message: string): ConfigProblem {
  return { path: '', source: file.path, message };
}

function isAbsent(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}
