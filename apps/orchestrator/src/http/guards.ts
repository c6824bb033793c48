import type { RequestHandler } from 'express';
import { problem, sendProblem } from './problem.ts';

/** The whole name: `127.0.0.1.example.org` is somebody else's. */
const LOOPBACK_NAME = /^(localhost|\[::1\]|127(\.\d{1,3}){3})(:\d{1,5})?$/i;

export function isLoopbackName(host: string): boolean {
  return LOOPBACK_NAME.test(host);
}

/**
 * Without tokens everyone who reaches the port is trusted, so the port is on loopback; and a web page must not
 * reach it through a name of its own that points there.
 */
export const loopbackOnly: RequestHandler = (request, _response, next) => {
  if (isLoopbackName(request.headers.host ?? '')) return next();
  throw problem(403, 'this server answers only to localhost until it has tokens');
};

const HARMLESS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A page of another site must not act in the name of a visitor. Browsers say where such a request comes from;
 * whoever says nothing is no browser.
 */
export function ownPagesOnly(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins.map((origin) => new URL(origin).origin));
  return (request, _response, next) => {
    const { origin, host } = request.headers;
    if (HARMLESS.has(request.method) || origin === undefined) return next();
    if (allowed.has(origin) || URL.parse(origin)?.host === host) return next();
    throw problem(403, 'pages of other sites may not do this; name the site in server.cors.origins');
  };
}

export interface Draining {
  readonly handler: RequestHandler;
  begin(): void;
}

/** From the moment it begins, new requests are told to come back later; probes are still answered. */
export function createDraining(): Draining {
  let isDraining = false;
  return {
    begin: () => {
      isDraining = true;
    },
    handler: (_request, response, next) => {
      if (!isDraining) return next();
      response.set('Retry-After', '5').set('Connection', 'close');
      sendProblem(response, { status: 503, title: 'Shutting down', detail: 'this server is shutting down' });
    },
  };
}
