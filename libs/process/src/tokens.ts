import { createHash } from 'node:crypto';
import type { Role } from '@tamma/domain';
import type { Environment } from './config-overrides.ts';
import type { ConfigProblem } from './config-problem.ts';
import { parseTokenEntry, refuseToken } from './token-entry.ts';
import { readSecret, type Secret } from './token-file.ts';

/** A name with its roles, and what proves it. The token itself is not kept, so that nothing can show it. */
export interface AccessToken {
  readonly name: string;
  readonly roles: readonly Role[];
  /** SHA-256 of the token, hexadecimal. */
  readonly sha256: string;
}

export type ReadTokens =
  | { readonly ok: true; readonly tokens: readonly AccessToken[] }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

const OWNER: Pick<AccessToken, 'name' | 'roles'> = {
  name: 'owner',
  roles: ['viewer', 'operator', 'approver'],
};
/** Every request is compared with every token. */
const TOKENS_MAX = 200;

/**
 * Who may use the API: TAMMA_TOKENS has `name:role+role:token` entries, TAMMA_TOKEN the one token of the owner, and
 * each may be read from a file instead. Empty when neither is set. Reports every problem at once, and shows none of
 * what was written: any part of it could be the token.
 */
export async function readTokens(environment: Environment, folder: string): Promise<ReadTokens> {
  const place = { environment, folder };
  const owner = parseOwner(await readSecret('TAMMA_TOKEN', place));
  const listed = parseList(await readSecret('TAMMA_TOKENS', place));
  const { tokens, problems: doubled } = merge([...owner.found, ...listed.found]);
  const problems = [...owner.problems, ...listed.problems, ...doubled];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, tokens };
}

interface Found extends AccessToken {
  readonly source: string;
  readonly place: string;
}

interface Parsed {
  readonly found: readonly Found[];
  readonly problems: readonly ConfigProblem[];
}

function parseOwner({ source, text, problems }: Secret): Parsed {
  if (text === null) return { found: [], problems };
  const refused = refuseToken(text);
  if (refused !== null) return { found: [], problems: [{ path: '', source, ...refused }] };
  return { found: [{ ...OWNER, sha256: hashOf(text), source, place: 'the owner' }], problems };
}

/** Entries are separated by commas or ends of lines. */
function parseList({ source, text, problems }: Secret): Parsed {
  if (text === null) return { found: [], problems };
  const parts = text.split(/[,\n]/).map((part) => part.trim());
  const entries = parts.filter((part) => part !== '');
  const refuse = (message: string) => ({ found: [], problems: [{ path: '', source, message }] });
  if (entries.length === 0) return refuse('names nobody');
  if (entries.length > TOKENS_MAX) {
    return refuse(`has ${entries.length} entries, at most ${TOKENS_MAX} are read`);
  }
  const parsed = entries.map((entry, index) => parseEntry(source, entry, `entry ${index + 1}`));
  return {
    found: parsed.flatMap((one) => one.found),
    problems: parsed.flatMap((one) => one.problems),
  };
}

function parseEntry(source: string, entry: string, place: string): Parsed {
  const parsed = parseTokenEntry(entry);
  if (!parsed.ok) {
    const { message, remedy } = parsed.complaint;
    return { found: [], problems: [{ path: '', source, message: `${place}: ${message}`, remedy }] };
  }
  const { name, roles, token } = parsed;
  return { found: [{ name, roles, sha256: hashOf(token), source, place }], problems: [] };
}

/** One name may come twice with one token and more roles; one token for two names would make one of them a lie. */
function merge(found: readonly Found[]) {
  const merged = new Map<string, Found>();
  const problems: ConfigProblem[] = [];
  for (const one of found) {
    const earlier = merged.get(one.sha256);
    const roles = [...new Set([...(earlier?.roles ?? []), ...one.roles])];
    if (earlier === undefined) merged.set(one.sha256, one);
    else if (earlier.name === one.name && roles.length > earlier.roles.length) {
      merged.set(one.sha256, { ...earlier, roles });
    } else problems.push(doubled(earlier, one));
  }
  const tokens = [...merged.values()].map(({ name, roles, sha256 }) => ({ name, roles, sha256 }));
  return { tokens, problems };
}

function doubled(earlier: Found, { source, place }: Found): ConfigProblem {
  const where = earlier.source === source ? earlier.place : `${earlier.place} in ${earlier.source}`;
  return {
    path: '',
    source,
    message: `${place} has the token of ${where} again`,
    remedy: 'Give each name a token of its own, and each of its roles once.',
  };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
