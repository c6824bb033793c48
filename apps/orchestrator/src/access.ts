import { createHash, timingSafeEqual } from 'node:crypto';
import { type Principal, ROLES } from '@tamma/domain';
import type { AccessToken } from '@tamma/process';
import { tokenOfCookie } from './http/session-cookie.ts';

/** What a request or a handshake shows to say who it is; headers as they came. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
  /** A bare token, as a socket's handshake carries it. */
  readonly token?: string | undefined;
}

/** Who may come in. The same for the API, the sockets and Bull Board. */
export interface Access {
  /** `none`: no tokens are set, it listens on loopback only, and whoever reaches it is `local`. */
  readonly mode: 'none' | 'token';
  /** Null when the token is missing or wrong. */
  identify(credentials: Credentials): Principal | null;
}

/** Stands for everybody on this machine while there are no tokens. */
const LOCAL: Principal = { name: 'local', roles: ROLES };

export function createAccess(tokens: readonly AccessToken[]): Access {
  if (tokens.length === 0) return { mode: 'none', identify: () => LOCAL };
  const holders = tokens.map(({ name, roles, sha256 }) => ({
    principal: { name, roles },
    hash: Buffer.from(sha256, 'hex'),
  }));
  return {
    mode: 'token',
    identify: (credentials) => {
      const token = tokenOf(credentials);
      if (token === null) return null;
      const hash = createHash('sha256').update(token).digest();
      // All of them are compared, so that the time it takes says nothing.
      const found = holders.filter((holder) => timingSafeEqual(holder.hash, hash));
      return found[0]?.principal ?? null;
    },
  };
}

/** What was shown on purpose counts before the cookie, which a browser adds by itself. Null when nothing was shown. */
export function tokenOf({ token, authorization, cookie }: Credentials): string | null {
  if (token !== undefined) return token;
  // Another scheme is some proxy's affair.
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  return cookie === undefined ? null : tokenOfCookie(cookie);
}
