import { resolve } from 'node:path';
import type { Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';
import { createEnvironmentReader, type EnvironmentReader, isPlainAddress } from './environment-reader.ts';
import { readSecretNow } from './token-file.ts';

/** What variables say about models. */
export interface AiEnvironment {
  /** ANTHROPIC_BASE_URL without a slash at its end, for agents that name no address of their own. */
  readonly anthropicBaseUrl: string | null;
  /** ANTHROPIC_MODEL, for agents of Anthropic that name no model. */
  readonly anthropicModel: string | null;
  /** AI_RECORD: an absolute path where every exchange with a model is kept; null: nowhere. */
  readonly recordFolder: string | null;
  /** The key in that variable, or in the file that the same variable with `_FILE` names; null when there is none to be had. */
  keyOf(variable: string): string | null;
  /** Why there is no key to be had from that variable, with what to do; null when there is one. Shows nothing of it. */
  keyProblemOf(variable: string): ConfigProblem | null;
  /** What is wrong with the other variables. */
  readonly problems: readonly ConfigProblem[];
}

/** Relative paths start at `folder`. Keys are read when they are asked for: only the configuration says which there are. */
export function readAiEnvironment(environment: Environment, folder = '.'): AiEnvironment {
  const problems: ConfigProblem[] = [];
  const place = { environment, folder };
  const reader = createEnvironmentReader(place, problems);
  const record = reader.read('AI_RECORD');
  const readKey = (variable: string) => judgeKey(variable, readSecretNow(variable, place));
  return {
    anthropicBaseUrl: readBaseUrl(reader),
    anthropicModel: readModel(reader),
    recordFolder: record === null ? null : resolve(folder, record),
    keyOf: (variable) => readKey(variable).key,
    keyProblemOf: (variable) => readKey(variable).problem,
    problems,
  };
}

type ReadKey =
  | { readonly key: string; readonly problem: null }
  | { readonly key: null; readonly problem: ConfigProblem };

function judgeKey(
  variable: string,
  { source, text, problems: [problem] }: ReturnType<typeof readSecretNow>,
): ReadKey {
  if (problem !== undefined) return { key: null, problem };
  if (text === null) {
    const remedy = `Set ${variable}, or ${variable}_FILE to the path of a file that holds it; \`.env\` is read too.`;
    return { key: null, problem: { path: '', source, message: 'is not set', remedy } };
  }
  if (/^[\x21-\x7e]+$/.test(text)) return { key: text, problem: null };
  const message = 'has spaces or other characters that no key has';
  return { key: null, problem: { path: '', source, message, remedy: 'Copy the key anew.' } };
}

function readBaseUrl({ read, note }: EnvironmentReader): string | null {
  const text = read('ANTHROPIC_BASE_URL');
  if (text === null) return null;
  if (isPlainAddress(text)) return text.replace(/\/+$/, '');
  const remedy = 'Write it like https://api.anthropic.com, or unset it.';
  note('ANTHROPIC_BASE_URL', 'expected an address without credentials and query', remedy);
  return null;
}

/** Longer names are no names. */
const MODEL_LENGTH_MAX = 200;

function readModel({ read, note }: EnvironmentReader): string | null {
  const text = read('ANTHROPIC_MODEL');
  if (text === null || (/^[\x21-\x7e]+$/.test(text) && text.length <= MODEL_LENGTH_MAX)) return text;
  note('ANTHROPIC_MODEL', 'expected the name of a model, such as claude-sonnet-5-5');
  return null;
}
