import Anthropic from '@anthropic-ai/sdk';
import { boundedFetch } from '../bounded-fetch.ts';
import { type FailureSettings, missingKey } from './failures.ts';
import { ANTHROPIC_URL, KEY_VARIABLE } from './service-name.ts';

export interface ClientOptions {
  /** Null: every call is refused. */
  readonly apiKey: string | null;
  /** The variable that the key comes from, for messages and the name of the service. */
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

function keyVariableOf({ keyVariable = KEY_VARIABLE }: ClientOptions): string {
  return keyVariable;
}

function baseUrlOf({ baseUrl = ANTHROPIC_URL }: ClientOptions): string {
  return baseUrl;
}
