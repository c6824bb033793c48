import OpenAI from 'openai';
import { boundedFetch } from '../bounded-fetch.ts';

export interface OpenAiService {
  /** null: the server wants no key. */
  readonly apiKey: string | null;
  readonly baseUrl: string;
  readonly fetch?: typeof fetch | undefined;
}

/** A call is ended when nothing comes any more, not when it takes long: this is above every step's limit. */
const CALL_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** As it may be shown: addresses can hold passwords. */
export function addressOf(baseUrl: string): string {
  const { origin, pathname } = new URL(baseUrl);
  return origin + pathname;
}

/** Everything is said here, so that no variable of the environment sends something elsewhere. */
export function createClient({ apiKey, baseUrl, fetch: ask = fetch }: OpenAiService): OpenAI {
  return new OpenAI({
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    baseURL: baseUrl,
    maxRetries: 0,
    timeout: CALL_TIMEOUT_MS,
    logLevel: 'off',
    // A redirect would carry the conversation to wherever it points.
    fetchOptions: { redirect: 'error' },
    fetch: boundedFetch(ask),
    ...(apiKey === null ? { defaultHeaders: { Authorization: null } } : {}),
  });
}
