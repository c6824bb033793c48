import { type ErrorClass, TammaError, type TammaErrorOptions, toError } from '@tamma/domain';
import { z } from 'zod';
import { errorOfRefusal, type Refusal } from './refusal.ts';
import { GitHubTrouble } from './trouble.ts';

const refusedCall = z.object({
  status: z.int(),
  response: z.object({ data: z.unknown() }),
});
const graphqlAnswer = z.object({
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
});
const GRAPHQL_STATUSES: Readonly<Record<string, number>> = {
  NOT_FOUND: 404,
  FORBIDDEN: 403,
  INSUFFICIENT_SCOPES: 403,
  RATE_LIMITED: 429,
};

/** The HTTP status that Octokit threw; null for everything that is no answer of GitHub's. */
export function statusOf(thrown: unknown): number | null {
  const parsed = refusedCall.safeParse(thrown);
  return parsed.success ? parsed.data.status : null;
}

/**
 * What went wrong, as one of ours. It keeps nothing of what was sent: no header, no body, no cause that has them.
 * `what` completes "GitHub did not …".
 */
export function errorOf(what: string, thrown: unknown): TammaError {
  if (thrown instanceof TammaError) return thrown;
  const trouble = troubleBelow(thrown);
  if (trouble !== null) {
    return new TammaError(trouble.code, `GitHub did not ${what}: ${trouble.message}`, trouble.details);
  }
  const refusal = refusalOf(thrown);
  if (refusal !== null) return errorOfRefusal(what, refusal);
  return unexpected(what, toError(thrown));
}

/** What our own fetch threw, which Octokit wraps into an error of its own. */
export function troubleBelow(thrown: unknown): GitHubTrouble | null {
  if (thrown instanceof GitHubTrouble) return thrown;
  return thrown instanceof Error && thrown.cause instanceof GitHubTrouble ? thrown.cause : null;
}

function refusalOf(thrown: unknown): Refusal | null {
  const parsed = refusedCall.safeParse(thrown);
  if (parsed.success) {
    const { status, response } = parsed.data;
    return { status, headers: headersOf(thrown), data: response.data };
  }
  const answer = z.object({ data: graphqlAnswer }).safeParse(thrown);
  const graphql = answer.success ? answer.data.data : graphqlAnswer.safeParse(thrown).data;
  const first = graphql?.errors[0];
  if (first === undefined) return null;
  const status = GRAPHQL_STATUSES[first.type ?? ''] ?? 422;
  return { status, headers: headersOf(thrown), data: { message: first.message } };
}

const withHeaders = z.object({ headers: z.record(z.string(), z.unknown()) });

/** Where Octokit keeps the answer's headers differs between its errors. */
function headersOf(thrown: unknown): Headers {
  const inner = z.object({ response: withHeaders }).safeParse(thrown).data?.response;
  const given = inner ?? withHeaders.safeParse(thrown).data;
  const headers = new Headers();
  for (const [name, value] of Object.entries(given?.headers ?? {})) {
    if (typeof value === 'string' || typeof value === 'number') headers.set(name, String(value));
  }
  return headers;
}

function unexpected(what: string, { name, message }: Error): TammaError {
  const errorClass: ErrorClass = name === 'AbortError' ? 'network' : 'unknown';
  const options: TammaErrorOptions = { class: errorClass, remedy: 'Report this with the log around it.' };
  return new TammaError('GITHUB_FAILED', `GitHub did not ${what}: ${message.slice(0, 500)}`, options);
}
