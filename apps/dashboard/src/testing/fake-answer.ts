import type { Problem } from '@tamma/contracts';
import type { z } from 'zod';

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What does not fit the contract fails the test that asked for it. */
export function ok(schema: z.ZodType, body: unknown): Answer {
  return { status: 200, body: schema.parse(body) };
}

export function problem(status: number, detail: string): Answer {
  const body: Problem = { type: 'about:blank', title: 'refused', status, detail };
  return { status, body, headers: { 'Content-Type': 'application/problem+json' } };
}
