import { parseCookie, stringifySetCookie } from 'cookie';

const NAME = 'tamma-session';
/** Signing in again once a week is bearable; a stolen laptop that stays signed in is not. */
const MAX_AGE_S = 7 * 24 * 3600;

/** The token of a browser that signed in, null when it did not. */
export function tokenOfCookie(header: string): string | null {
  return parseCookie(header)[NAME] ?? null;
}

/** Scripts cannot read it, and pages of other sites cannot have it sent. */
export function sessionCookie(token: string, { isSecure }: { readonly isSecure: boolean }): string {
  return stringifySetCookie({
    name: NAME,
    value: token,
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure,
    maxAge: MAX_AGE_S,
  });
}

export function expiredCookie(): string {
  return stringifySetCookie({
    name: NAME,
    value: '',
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    maxAge: 0,
  });
}
