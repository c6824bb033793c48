import { type ErrorClass, TammaError } from '@tamma/domain';
import { z } from 'zod';
import { oneLine } from './one-line.ts';
import { reachedLimitOf } from './rate-limit.ts';

/** An answer of GitHub's that says no. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  readonly data: unknown;
}

interface Kind {
  readonly code: string;
  readonly class: ErrorClass;
  readonly remedy: string;
}

const REASON_MAX = 500;

const KINDS: Readonly<Record<number, Kind>> = {
  401: {
    code: 'GITHUB_UNAUTHORIZED',
    class: 'authentication',
    remedy:
      'Set GITHUB_TOKEN to a token that is valid, or check id and key of the GitHub App, and the clock here.',
  },
  404: {
    code: 'GITHUB_NOT_FOUND',
    class: 'validation',
    remedy: 'Check the name; what a credential may not see looks the same, so check its repositories too.',
  },
  405: {
    code: 'GITHUB_NOT_ALLOWED',
    class: 'validation',
    remedy: "See the repository's settings and the protection of its branches.",
  },
  409: { code: 'GITHUB_CONFLICT', class: 'conflict', remedy: 'See what changed there meanwhile.' },
  410: {
    code: 'GITHUB_GONE',
    class: 'validation',
    remedy: 'It was deleted, or that part of the repository is switched off; see its settings.',
  },
  422: { code: 'GITHUB_REFUSED', class: 'validation', remedy: 'Mend what GitHub names.' },
  451: {
    code: 'GITHUB_BLOCKED',
    class: 'validation',
    remedy: 'GitHub blocked it for legal reasons; ask its owner.',
  },
};
const OTHER: Kind = {
  code: 'GITHUB_REFUSED',
  class: 'validation',
  remedy: 'Report this with the log around it.',
};
const MOVED: Kind = {
  code: 'GITHUB_MOVED',
  class: 'validation',
  remedy: 'Name the repository as it is now.',
};
const AWAY: Kind = {
  code: 'GITHUB_UNAVAILABLE',
  class: 'network',
  remedy: 'See https://www.githubstatus.com; it is tried again by itself.',
};
const ARCHIVED: Kind = {
  code: 'GITHUB_ARCHIVED',
  class: 'validation',
  remedy: 'Unarchive the repository, or take the project out of the configuration.',
};

/** `what` completes "GitHub did not …". */
export function errorOfRefusal(what: string, refusal: Refusal): TammaError {
  const { status, headers } = refusal;
  const reason = reasonOf(refusal);
  const reached = reachedLimitOf({ status, headers, message: reason, nowMs: Date.now() });
  if (reached !== null) return limited(what, reached);
  const { code, class: errorClass, remedy } = kindOf(refusal, reason);
  const seconds = status < 500 ? undefined : /^\d{1,6}$/.exec(headers.get('retry-after') ?? '')?.[0];
  return new TammaError(code, `GitHub did not ${what}: ${reason} (HTTP ${status})`, {
    class: errorClass,
    remedy,
    ...(seconds === undefined ? {} : { retryAfterMs: Number(seconds) * 1000 }),
  });
}

function kindOf({ status, headers }: Refusal, reason: string): Kind {
  if (status === 403) return /archived/i.test(reason) ? ARCHIVED : forbidden(headers);
  if (status >= 500) return AWAY;
  if (status >= 300 && status < 400) return MOVED;
  return KINDS[status] ?? OTHER;
}

/** GitHub names the permissions that would do, and the organization's sign-on that the token lacks. */
function forbidden(headers: Headers): Kind {
  const kind = { code: 'GITHUB_FORBIDDEN', class: 'authentication' } as const;
  if (headers.has('x-github-sso')) {
    return { ...kind, remedy: "Authorize the token for the organization's single sign-on." };
  }
  const wanted = (headers.get('x-accepted-github-permissions') ?? '').slice(0, 200);
  const scopes = (headers.get('x-accepted-oauth-scopes') ?? '').slice(0, 200);
  if (wanted !== '') return { ...kind, remedy: `Grant the credential the permission ${wanted}.` };
  if (scopes !== '')
    return { ...kind, remedy: `Give the account write access, and the token one of the scopes ${scopes}.` };
  return { ...kind, remedy: 'Give the account of the credential write access to the repository.' };
}

function limited(
  what: string,
  { kind, retryAfterMs }: NonNullable<ReturnType<typeof reachedLimitOf>>,
): TammaError {
  const isPrimary = kind === 'primary';
  const code = isPrimary ? 'GITHUB_RATE_LIMITED' : 'GITHUB_SECONDARY_LIMITED';
  const which = isPrimary ? 'the quota of its hour is used up' : 'it was asked too much at once';
  const wait = `it wants to be left alone for ${Math.ceil(retryAfterMs / 1000)} s`;
  return new TammaError(code, `GitHub did not ${what}: ${which}, and ${wait}`, {
    class: 'rate-limit',
    remedy: 'Nothing to do: it goes on by itself then.',
    retryAfterMs,
  });
}

const said = z.object({ message: z.string(), errors: z.array(z.unknown()).optional().catch(undefined) });
const fieldError = z.object({
  resource: z.string().optional(),
  field: z.string().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
});

/** What GitHub says, with what it says about each field, in bounds. A page in HTML says nothing we want to repeat. */
function reasonOf({ status, data }: Refusal): string {
  const parsed = said.safeParse(data);
  if (!parsed.success) return status >= 500 ? 'it is in trouble' : 'it gave no reason';
  const details = (parsed.data.errors ?? [])
    .slice(0, 10)
    .map(describeField)
    .filter((text) => text !== '');
  return oneLine([parsed.data.message, ...details].join('; '), REASON_MAX);
}

function describeField(error: unknown): string {
  if (typeof error === 'string') return error;
  const { resource, field, code, message } = fieldError.safeParse(error).data ?? {};
  return message ?? [resource, field, code].filter((part) => part !== undefined).join(' ');
}
