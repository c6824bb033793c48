import { TammaError } from '@tamma/domain';
import type { z } from 'zod';
import { askGitHub } from './ask-github.ts';
import { errorOf, statusOf } from './errors.ts';
import { oneLine } from './one-line.ts';

/** An answer, or a refusal that is an answer too. */
export type Answer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly status: number; readonly reason: string };

/** Longest reason of GitHub's that is handed on, in characters. */
const REASON_MAX = 500;

/** As `askGitHub`, but refusals with one of these statuses are handed back. A limit we ran into never counts as one. */
export async function askOrRefused<Value>(
  what: string,
  statuses: readonly number[],
  make: () => Promise<Value>,
): Promise<Answer<Value>> {
  return await askGitHub(what, async (): Promise<Answer<Value>> => {
    try {
      return { ok: true, value: await make() };
    } catch (thrown) {
      const status = refusalStatusOf(thrown);
      if (status === null || !statuses.includes(status) || isLimit(thrown)) throw thrown;
      return { ok: false, status, reason: reasonOf(thrown) };
    }
  });
}

/** Takes the fields of a schema out of an answer; a proxy or an outage may put anything in its place. */
export function parseAnswer<Schema extends z.ZodType>(
  what: string,
  schema: Schema,
  data: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? 'the whole' : issue.path.join('.');
  throw new TammaError(
    'GITHUB_UNREADABLE',
    `GitHub did not ${what}: its answer lacks its shape at ${place}`,
    {
      class: 'network',
      remedy:
        'See https://www.githubstatus.com, and whether a proxy answers in place of GitHub (GITHUB_API_URL).',
    },
  );
}

/** What GraphQL calls its refusals, as the statuses that REST has for them. */
const GRAPHQL_STATUSES: Readonly<Record<string, number>> = {
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  UNPROCESSABLE: 422,
};

function refusalStatusOf(thrown: unknown): number | null {
  const status = statusOf(thrown);
  if (status !== null || !(thrown instanceof Error)) return status;
  if (!('errors' in thrown) || !Array.isArray(thrown.errors)) return null;
  const [first]: unknown[] = thrown.errors;
  if (typeof first !== 'object' || first === null || !('type' in first)) return null;
  return GRAPHQL_STATUSES[String(first.type)] ?? null;
}

function isLimit(thrown: unknown): boolean {
  return errorOf('answer', thrown).class === 'rate-limit';
}

function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : '';
  return oneLine(message.replace(/ - https?:\/\/\S+$/, ''), REASON_MAX);
}
