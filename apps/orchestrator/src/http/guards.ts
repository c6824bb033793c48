import type { RequestHandler } from 'express';
import { sendProblem } from './problem.ts';

/** The whole name: `127.0.0.1.example.org` is somebody else's. */
const LOOPBACK_NAME = /^(localhost|\[::1\]|127(\.\d{1,3}){3})(:\d{1,5})?$/i;

/**
 * Without tokens everyone who reaches the port is trusted, so the port is on loopback; and a web page must not
 * reach it through a name of its own that points there.
 */
export const loopbackOnly: RequestHandler = (request, response, next) => {
  if (LOOPBACK_NAME.test(request.headers.host ?? '')) return next();
  const detail = 'this server answers only to localhost until it has tokens';
  sendProblem(response, { status: 403, title: 'Forbidden', detail });
};

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
