import { ROLES, type Role } from '@tamma/domain';

/** Shorter ones can be guessed. */
const TOKEN_LENGTH_MIN = 16;
/** What a request may carry as a token. */
const TOKEN_LENGTH_MAX = 500;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,59}$/;

export interface TokenComplaint {
  readonly message: string;
  readonly remedy: string;
}

export type TokenEntry =
  | { readonly ok: true; readonly name: string; readonly roles: readonly Role[]; readonly token: string }
  | { readonly ok: false; readonly complaint: TokenComplaint };

/** Reads `name:role+role:token`. No complaint repeats a part of it: whoever mixes up the order wrote the token there. */
export function parseTokenEntry(entry: string): TokenEntry {
  const [name = '', words, ...rest] = entry.split(':').map((part) => part.trim());
  if (words === undefined || rest.length === 0) return refuse('is not of the form name:role:token');
  if (!NAME.test(name)) {
    return refuse('has a name of other characters than letters, digits, ".", "_", "@" and "-", at most 60');
  }
  const roles = words.split('+').map((word) => ROLES.find((role) => role === word.trim()));
  const known = roles.filter((role) => role !== undefined);
  if (known.length < roles.length) return refuse(`has a role that is none of ${ROLES.join(', ')}`);
  if (new Set(known).size < known.length) return refuse('has a role twice');
  const token = rest.join(':');
  const complaint = refuseToken(token);
  return complaint === null ? { ok: true, name, roles: known, token } : { ok: false, complaint };
}

/** Why a text is no token; null when it is one. */
export function refuseToken(token: string): TokenComplaint | null {
  const remedy = 'Make one with: openssl rand -hex 32';
  if (token.length < TOKEN_LENGTH_MIN) {
    return { message: `has a token of fewer than ${TOKEN_LENGTH_MIN} characters`, remedy };
  }
  if (token.length > TOKEN_LENGTH_MAX) {
    return { message: `has a token of more than ${TOKEN_LENGTH_MAX} characters`, remedy };
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return { message: 'has a token with blanks or characters that no header can carry', remedy };
  }
  return null;
}

function refuse(message: string): TokenEntry {
  const remedy = 'Write name:role:token, such as ann:operator+approver:<token>.';
  return { ok: false, complaint: { message, remedy } };
}
