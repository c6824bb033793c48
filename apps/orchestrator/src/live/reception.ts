import type { IncomingHttpHeaders } from 'node:http';
import { isPermitted, type Principal } from '@tamma/domain';
import type { Socket } from 'socket.io';
import { type Access, type Credentials, tokenOf } from '../access.ts';
import { isLoopbackName } from '../http/guards.ts';
import type { Guesses } from './guesses.ts';

export type Admission =
  | { readonly principal: Principal; readonly refusal?: undefined }
  | { readonly refusal: string };

/**
 * Why a handshake is refused before anything else is looked at; null when it is not. A browser opens sockets to
 * wherever a page wants, with the visitor's cookies, and says in `origin` which page that is.
 */
export function judgeOrigin(
  { host = '', origin }: Pick<IncomingHttpHeaders, 'host' | 'origin'>,
  { mode, origins }: { readonly mode: Access['mode']; readonly origins: readonly string[] },
): string | null {
  if (mode === 'none' && !isLoopbackName(host))
    return 'this server answers only to localhost until it has tokens';
  if (origin === undefined) return null;
  const page = URL.parse(origin);
  const isOurs = page !== null && page.host === host;
  const isAllowed = page !== null && origins.some((one) => URL.parse(one)?.origin === page.origin);
  if (isOurs || isAllowed) return null;
  return 'pages of other sites may not connect; name the site in server.cors.origins';
}

/** Who a socket belongs to, or why it may not come in. */
export function admit(socket: Socket, access: Access, guesses: Guesses): Admission {
  const { handshake } = socket;
  if (access.mode === 'token' && guesses.isTooMany(handshake.address)) {
    return { refusal: 'too many wrong tokens came from this address; try again in a minute' };
  }
  const credentials = credentialsOf(handshake);
  const principal = access.identify(credentials);
  if (principal !== null) {
    return isPermitted(principal, 'view') ? { principal } : { refusal: `${principal.name} has no role here` };
  }
  if (tokenOf(credentials) === null) return { refusal: 'this needs a token: give it as auth.token' };
  guesses.count(handshake.address);
  return { refusal: 'this token is not one of ours' };
}

function credentialsOf({ auth, headers }: Socket['handshake']): Credentials {
  const token: unknown = auth.token;
  return {
    authorization: headers.authorization,
    cookie: headers.cookie,
    token: typeof token === 'string' ? token : undefined,
  };
}
