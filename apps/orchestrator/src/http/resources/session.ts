import { type SessionView, sessionRequestSchema, sessionViewSchema } from '@tamma/contracts';
import type { Principal } from '@tamma/domain';
import type { Request } from 'express';
import { z } from 'zod';
import { notSignedIn } from '../door.ts';
import { type Endpoint, endpoint, NO_INPUT } from '../endpoint.ts';
import { expiredCookie, sessionCookie } from '../session-cookie.ts';
import type { ResourceDeps } from './deps.ts';

/** Who one is. A browser gives its token once and is known by a cookie from then on. */
export function sessionEndpoints({ door }: ResourceDeps): Endpoint[] {
  const view = ({ name, roles }: Principal): SessionView => ({
    name,
    roles: [...roles],
    authentication: door.mode,
  });
  return [
    endpoint({
      ...NO_INPUT,
      method: 'get',
      path: '/session',
      permission: 'view',
      summary: 'Who the caller is, and what the caller may do',
      status: 200,
      answer: sessionViewSchema,
      refusals: [],
      handle: ({ principal }) => view(principal),
    }),
    endpoint({
      ...NO_INPUT,
      method: 'post',
      path: '/session',
      permission: 'none',
      summary: 'Sign in: the answer sets a cookie',
      body: sessionRequestSchema,
      status: 200,
      answer: sessionViewSchema,
      refusals: [401],
      handle: async ({ body: { token }, request, response }) => {
        const principal = await door.identify(request, response, { token });
        if (principal === null) throw notSignedIn({ token });
        if (door.mode === 'token') {
          response.append('Set-Cookie', sessionCookie(token, { isSecure: isSecure(request) }));
        }
        return view(principal);
      },
    }),
    endpoint({
      ...NO_INPUT,
      method: 'delete',
      path: '/session',
      permission: 'none',
      summary: 'Sign out: the answer takes the cookie away',
      status: 204,
      answer: z.undefined(),
      refusals: [],
      handle: ({ response }) => {
        response.append('Set-Cookie', expiredCookie());
        return undefined;
      },
    }),
  ];
}

/** Whoever forges this header only makes a cookie that their own browser keeps back. */
function isSecure(request: Request): boolean {
  return request.secure || request.get('X-Forwarded-Proto') === 'https';
}
