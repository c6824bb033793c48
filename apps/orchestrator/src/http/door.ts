import { isPermitted, type Permission, type Principal } from '@tamma/domain';
import type { Request, Response } from 'express';
import { type Access, type Credentials, tokenOf } from '../access.ts';
import type { GuessLimit } from './limits.ts';
import { HttpProblem, problem, titleOfStatus } from './problem.ts';

/** Who asks, and whether they may. Throws an HttpProblem: 401, 403, or 429 for who guessed wrong too often. */
export interface Door {
  readonly mode: Access['mode'];
  /** Null when nobody is signed in. Asks the request itself unless credentials are given. */
  identify(request: Request, response: Response, credentials?: Credentials): Promise<Principal | null>;
  admit(request: Request, response: Response, permission: Permission): Promise<Principal>;
}

const ROLES_NEEDED: Readonly<Record<Permission, string>> = {
  view: 'viewer, operator or approver',
  operate: 'operator',
  approve: 'approver',
};

export function createDoor(access: Access, guesses: GuessLimit): Door {
  const identify: Door['identify'] = async (request, response, credentials = credentialsOf(request)) => {
    if (access.mode === 'token') await guesses.check(request);
    const principal = access.identify(credentials);
    if (principal === null && tokenOf(credentials) !== null) await guesses.count(request, response);
    return principal;
  };
  return {
    mode: access.mode,
    identify,
    admit: async (request, response, permission) => {
      const principal = await identify(request, response);
      if (principal === null) throw notSignedIn(credentialsOf(request));
      if (!isPermitted(principal, permission)) throw notPermitted(principal, permission);
      return principal;
    },
  };
}

function credentialsOf({ headers }: Request): Credentials {
  return { authorization: headers.authorization, cookie: headers.cookie };
}

export function notSignedIn(credentials: Credentials): HttpProblem {
  const isTokenShown = tokenOf(credentials) !== null;
  const detail = isTokenShown
    ? 'this token is not one of ours'
    : 'this needs a token: send it as "Authorization: Bearer <token>", or sign in';
  const challenge = `Bearer realm="tamma"${isTokenShown ? ', error="invalid_token"' : ''}`;
  return new HttpProblem(
    { status: 401, title: titleOfStatus(401), detail },
    { 'WWW-Authenticate': challenge },
  );
}

function notPermitted({ name, roles }: Principal, permission: Permission): HttpProblem {
  return problem(403, `this needs the role ${ROLES_NEEDED[permission]}; ${name} is ${roles.join(' and ')}`);
}
