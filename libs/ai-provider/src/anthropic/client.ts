import Anthropic from '@anthropic-ai/sdk';
import { boundedFetch } from '../bounded-fetch.ts';
import { type FailureSettings, missingKey } from './failures.ts';

export const ANTHROPIC_URL = 'https://api.anthropic.com';

export interface ClientOptions {
  /** Null: every call is refused. */
  readonly apiKey: string | null;
  /** The variable that the key comes from, for messages. */
  readonly keyVariable?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** A client that takes nothing from the environment, never tries again by itself and says nothing. */
export function createClient(options: ClientOptions, timeoutMs: number): Anthropic {
  if (options.apiKey === null || options.apiKey === '') throw missingKey(keyVariableOf(options));
  return new Anthropic({
    apiKey: options.apiKey,
    authToken: null,
    baseURL: baseUrlOf(options),
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
    // A redirect would carry the conversation to wherever it points.
    fetchOptions: { redirect: 'error' },
    fetch: boundedFetch(options.fetch ?? fetch),
  });
}

export function failureSettings(options: ClientOptions, model: string): FailureSettings {
  return {
    model,
    baseUrl: baseUrlOf(options),
    apiKey: options.apiKey,
    keyVariable: keyVariableOf(options),
    nowMs: Date.now(),
  };
}

function keyVariableOf({ keyVariable = 'ANTHROPIC_API_KEY' }: ClientOptions): string {
  return keyVariable;
}

function baseUrlOf({ baseUrl = ANTHROPIC_URL }: ClientOptions): string {
  return baseUrl;
}
