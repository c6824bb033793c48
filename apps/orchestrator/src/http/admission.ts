import type { RequestHandler } from 'express';
import type { Door } from './door.ts';

/** A page for people: a browser that is not signed in is sent to where it can, and comes back. */
export function visitorsOnly(door: Door): RequestHandler {
  return async (request, response, next) => {
    const isPage = request.method === 'GET' && request.accepts(['json', 'html']) === 'html';
    if (isPage && (await door.identify(request, response)) === null) {
      return response.redirect(302, `/?signin=${request.baseUrl}`);
    }
    await door.admit(request, response, 'view');
    next();
  };
}
