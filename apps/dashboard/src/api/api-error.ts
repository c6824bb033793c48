import type { Problem } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';

type Field = NonNullable<Problem['errors']>[number];

/** What went wrong with a request, in words for the person who made it. */
export class ApiError extends TammaError {
  /** The HTTP status; null when there was no answer that could be read. */
  readonly status: number | null;
  readonly fields: readonly Field[];

  constructor(
    message: string,
    details: { status: number | null; fields?: readonly Field[]; remedy?: string },
  ) {
    const { status, fields = [], remedy } = details;
    super(`API_${status ?? 'UNREACHABLE'}`, message, { ...(remedy === undefined ? {} : { remedy }) });
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
  }
}

const REMEDIES: ReadonlyMap<number, string> = new Map([
  [401, 'Sign in again.'],
  [403, 'Ask somebody who has the role.'],
  [429, 'Wait a minute: this address made too many requests.'],
  [503, 'Nothing is lost. The page tries again by itself.'],
]);

/** An answer that says no: its own words where it has some. */
export function refused(status: number, problem: Problem | null): ApiError {
  const fields = problem?.errors ?? [];
  const said = problem?.detail ?? (fields.length > 0 ? sentenceOf(fields) : problem?.title);
  const remedy = REMEDIES.get(status);
  return new ApiError(said ?? `the orchestrator answered ${status}`, {
    status,
    fields,
    ...(remedy === undefined ? {} : { remedy }),
  });
}

export function unreachable(): ApiError {
  return new ApiError('the orchestrator does not answer', {
    status: null,
    remedy: 'Nothing is lost. The page tries again by itself.',
  });
}

/** An answer that is not what the contract says: page and orchestrator are of different versions. */
export function unreadable(path: string): ApiError {
  return new ApiError(`the answer to ${path} cannot be read`, {
    status: null,
    remedy: 'Reload the page: it may be older than the orchestrator.',
  });
}

function sentenceOf(fields: readonly Field[]): string {
  return fields.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
