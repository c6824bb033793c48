import { problemSchema } from '@tamma/contracts';
import type { z } from 'zod';
import { refused, unreachable, unreadable } from './api-error.ts';

const TIMEOUT_MS = 15_000;

/** Requests to the orchestrator this page came from. Every failure is an `ApiError`. */
export interface Http {
  get<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer>;
  /** Takes any status whose body fits: `/health` tells what is wrong with 503. */
  getWhateverStatus<Answer>(path: string, schema: z.ZodType<Answer>): Promise<Answer>;
  post<Answer>(path: string, body: unknown, schema: z.ZodType<Answer>): Promise<Answer>;
  delete(path: string): Promise<void>;
}

export interface HttpOptions {
  readonly fetch: typeof fetch;
  /** Told of every answer 401: whoever was signed in is not any more. */
  readonly onSignedOut: () => void;
}

export function createHttp({ fetch, onSignedOut }: HttpOptions): Http {
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const headers = { Accept: 'application/json', ...init.headers };
    const response = await fetch(path, { ...init, headers, signal, credentials: 'same-origin' }).catch(
      () => null,
    );
    if (response === null) throw unreachable();
    if (response.status === 401) onSignedOut();
    return response;
  };
  const must = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await send(path, init);
    if (!response.ok) throw refused(response.status, await readProblem(response));
    return response;
  };
  return {
    get: async (path, schema) => readBody(await must(path), schema, path),
    getWhateverStatus: async (path, schema) => readBody(await send(path, {}), schema, path),
    post: async (path, body, schema) => {
      const headers = { 'Content-Type': 'application/json' };
      const response = await must(path, { method: 'POST', headers, body: JSON.stringify(body) });
      return readBody(response, schema, path);
    },
    delete: async (path) => void (await must(path, { method: 'DELETE' })),
  };
}

async function readBody<Answer>(
  response: Response,
  schema: z.ZodType<Answer>,
  path: string,
): Promise<Answer> {
  const parsed = schema.safeParse(await readJson(response));
  if (!parsed.success) throw unreadable(path);
  return parsed.data;
}

async function readProblem(response: Response) {
  return problemSchema.safeParse(await readJson(response)).data ?? null;
}

/** Undefined for what is no JSON, which no schema of ours accepts. */
function readJson(response: Response): Promise<unknown> {
  return response.json().catch(() => undefined);
}
