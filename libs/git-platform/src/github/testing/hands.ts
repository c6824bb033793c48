import { z } from 'zod';

/** Longest part of an unexpected answer that an error shows, in characters. */
const ANSWER_MAX = 500;

export interface Hands {
  /** Throws for an answer that is no success. */
  call<Schema extends z.ZodType>(schema: Schema, request: HandsRequest): Promise<z.output<Schema>>;
  /** Null for 404. */
  find<Schema extends z.ZodType>(schema: Schema, request: HandsRequest): Promise<z.output<Schema> | null>;
}

export interface HandsRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the API's URL, beginning with a slash. */
  readonly path: string;
  readonly body?: object;
}

export interface HandsOptions {
  readonly apiUrl: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
}

/** An answer nobody looks at. */
export const anything = z.unknown();

/** Plain calls of the API, by which a test does what people do; none of the code under test is in them. */
export function createHands(options: HandsOptions): Hands {
  return {
    call: async (schema, request) => {
      const { status, data } = await exchange(options, request);
      if (status >= 400) throw new Error(complaintOf(request, status, data));
      return schema.parse(data);
    },
    find: async (schema, request) => {
      const { status, data } = await exchange(options, request);
      if (status === 404) return null;
      if (status >= 400) throw new Error(complaintOf(request, status, data));
      return schema.parse(data);
    },
  };
}

async function exchange(
  { apiUrl, token, fetch }: HandsOptions,
  { method = 'GET', path, body }: HandsRequest,
) {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `token ${token}`,
      'content-type': 'application/json',
      'user-agent': 'tamma-contract',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const data: unknown = text === '' ? null : JSON.parse(text);
  return { status: response.status, data };
}

function complaintOf({ method = 'GET', path }: HandsRequest, status: number, data: unknown): string {
  return `${method} ${path} answered ${status}: ${JSON.stringify(data).slice(0, ANSWER_MAX)}`;
}
