import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { timerDuration } from '@tamma/contracts';
import { toError } from '@tamma/domain';
import { CliError } from './cli-error.ts';
import { type Environment, variable } from './environment.ts';
import { EXIT } from './exit-code.ts';

const URL_DEFAULT = 'http://127.0.0.1:3000';
export const TIMEOUT_DEFAULT = '10s';
const TOKEN_LENGTH_MAX = 500;
/** What a header can carry as one word. */
const TOKEN_PATTERN = /^[\x21-\x7e]+$/;

export interface Token {
  readonly text: string;
  /** The variable it came from. */
  readonly source: string;
}

/** Where the server is, and how to speak to it. */
export interface Settings {
  /** Without a slash at its end; may hold a path. */
  readonly baseUrl: string;
  readonly token: Token | null;
  /** How long one request may take. */
  readonly timeoutMs: number;
}

export interface SettingsRequest {
  readonly environment: Environment;
  /** What relative paths start at. */
  readonly folder: string;
  readonly flags: { readonly url?: string | undefined; readonly timeout?: string | undefined };
}

/** Flags over environment over defaults. Throws a CliError with exit code 2. */
export function readSettings({ environment, folder, flags }: SettingsRequest): Settings {
  const url =
    flags.url === undefined
      ? { text: variable(environment, 'TAMMA_URL') ?? URL_DEFAULT, source: 'TAMMA_URL' }
      : { text: flags.url, source: '--url' };
  return {
    baseUrl: parseBaseUrl(url.text, url.source),
    token: readToken(environment, folder),
    timeoutMs: parseTimeout(flags.timeout ?? TIMEOUT_DEFAULT),
  };
}

function parseBaseUrl(text: string, source: string): string {
  const url = URL.parse(text);
  const refuse = (why: string) =>
    new CliError(EXIT.usage, `${source}: ${why}`, { remedy: `Write it like ${URL_DEFAULT}.` });
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw refuse('expected an http or https URL');
  if (url.username !== '' || url.password !== '') {
    throw new CliError(EXIT.usage, `${source}: a URL must not hold a name or a password`, {
      remedy: 'Put the token into TAMMA_TOKEN, or its file into TAMMA_TOKEN_FILE.',
    });
  }
  if (url.search !== '' || url.hash !== '') throw refuse('expected a URL without "?" and "#"');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** TAMMA_TOKENS, the server's own list, is none of our business. */
function readToken(environment: Environment, folder: string): Token | null {
  const text = variable(environment, 'TAMMA_TOKEN');
  const path = variable(environment, 'TAMMA_TOKEN_FILE');
  if (text !== null && path !== null) {
    throw new CliError(
      EXIT.usage,
      'TAMMA_TOKEN_FILE is set, and so is TAMMA_TOKEN: which of them counts is a guess',
      {
        remedy: 'Unset one of them.',
      },
    );
  }
  if (text !== null) return checkToken(text, 'TAMMA_TOKEN');
  return path === null ? null : checkToken(readTokenFile(resolve(folder, path)), 'TAMMA_TOKEN_FILE');
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (thrown) {
    throw new CliError(EXIT.usage, `TAMMA_TOKEN_FILE: ${toError(thrown).message}`, {
      remedy: 'Name a file that holds the token and nothing else.',
      cause: thrown,
    });
  }
}

/** Never shows the token itself. */
function checkToken(text: string, source: string): Token {
  if (TOKEN_PATTERN.test(text) && text.length <= TOKEN_LENGTH_MAX) return { text, source };
  throw new CliError(EXIT.usage, `${source} holds no token`, {
    remedy: `A token is one word of at most ${TOKEN_LENGTH_MAX} characters; "tamma token" makes one.`,
  });
}

function parseTimeout(text: string): number {
  const parsed = timerDuration.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError(EXIT.usage, `--timeout: ${parsed.error.issues[0]?.message ?? 'cannot be read'}`);
}
