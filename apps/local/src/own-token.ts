import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readTokens } from '@tamma/process';

type Environment = Readonly<Record<string, string | undefined>>;

const TOKEN_BYTES = 32;
/** Who may use the API, who may tell it news, where the record is: workers serve nobody and never open PostgreSQL. */
const NOT_FOR_WORKERS = /^((TAMMA_TOKENS?|GITHUB_WEBHOOK_SECRET)(_FILE)?|DATABASE_URL)$/;

export interface Visit {
  /** For the orchestrator; with tokens it knows the launcher's own among them. */
  readonly environment: Environment;
  /** What the launcher shows; null where nobody is asked for a token. */
  readonly token: string | null;
}

/**
 * With tokens the launcher, which only looks, is a visitor like any other: it brings a token that nobody else ever sees. What
 * is wrong with the tokens a person wrote is left for the orchestrator's check to tell.
 */
export async function prepareVisit(environment: Environment, folder: string): Promise<Visit> {
  const read = await readTokens(environment, folder);
  if (!read.ok || read.tokens.length === 0) return { environment, token: null };
  const { TAMMA_TOKENS_FILE: file = '', TAMMA_TOKENS: list = '', ...others } = environment;
  const listed = file === '' ? list : await readFile(resolve(folder, file), 'utf8');
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const TAMMA_TOKENS = `${listed.trim()}\nlauncher:viewer:${token}`;
  return { environment: { ...others, TAMMA_TOKENS }, token };
}

/** What a worker does not need to know cannot leak from it. */
export function environmentOfWorkers(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !NOT_FOR_WORKERS.test(name)));
}
