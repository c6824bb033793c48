import { type Problem, problemSchema } from '@tamma/contracts';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Token } from '../settings.ts';
import { readReply } from './reply.ts';

const FIELDS_MAX = 20;

export interface Refused {
  /** Method and path. */
  readonly what: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
  readonly token: Token | null;
}

/** What the server's refusal means for whoever typed the command. */
export function explainRefusal(refused: Refused): CliError {
  const { status } = refused;
  const problem = readProblem(refused.body);
  return new CliError(exitCodeOf(status), sentenceOf(refused, problem), {
    status,
    details: (problem?.errors ?? []).slice(0, FIELDS_MAX).map(({ path, message }) => `${path}: ${message}`),
    remedy:
      remedyOf(refused) ?? (problem === null ? 'Check that the URL is that of a Tamma server.' : undefined),
  });
}

function readProblem(body: string): Problem | null {
  try {
    return readReply(body, problemSchema).shown;
  } catch {
    // Something between us and the server may answer in its own way; its status is told all the same.
    return null;
  }
}

function exitCodeOf(status: number): ExitCode {
  return status === 401 || status === 403 ? EXIT.notPermitted : EXIT.failed;
}

function sentenceOf({ what, status }: Refused, problem: Problem | null): string {
  if (problem === null) return `${what} was answered with status ${status}`;
  return problem.detail === undefined ? problem.title : `${problem.title}: ${problem.detail}`;
}

function remedyOf({ status, retryAfter, token }: Refused): string | undefined {
  switch (status) {
    case 401:
      return token === null
        ? 'Set TAMMA_TOKEN to your token, or TAMMA_TOKEN_FILE to a file that holds it.'
        : `The server does not know the token in ${token.source}: check it against the server's TAMMA_TOKENS.`;
    case 429:
    case 503:
      return `Try again ${retryAfter === null ? 'in a moment' : `in ${retryAfter} s`}.`;
    default:
      return status >= 500 ? 'Look into the log of the orchestrator.' : undefined;
  }
}
