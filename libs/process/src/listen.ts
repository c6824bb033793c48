import type { Server } from 'node:http';
import { TammaError, toError } from '@tamma/domain';

const CLOSE_GRACE_MS = 1_000;

export interface ListenRequest {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The setting that names the port, for the remedy: such as `PORT`. */
  readonly setting: string;
}

/**
 * Makes a server listen and returns its port. Throws a TammaError: `PORT_TAKEN`, `PORT_FORBIDDEN`, or
 * `LISTEN_FAILED` for anything else, such as a host that is not ours.
 */
export async function listen(server: Server, request: ListenRequest): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(request.port, request.host, resolve);
  try {
    await promise;
  } catch (thrown) {
    throw explain(toError(thrown), request);
  } finally {
    server.off('error', reject);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : request.port;
}

/** Stops listening, lets requests under way end, and cuts those that take longer than the grace period. */
export async function closeServer(server: Server, graceMs = CLOSE_GRACE_MS): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await promise;
  clearTimeout(timer);
}

function explain(error: Error, { host, port, setting }: ListenRequest): TammaError {
  const code = 'code' in error ? error.code : undefined;
  const options = { class: 'system', cause: error } as const;
  if (code === 'EADDRINUSE') {
    return new TammaError('PORT_TAKEN', `port ${port} on ${host} is taken by another process`, {
      ...options,
      remedy: `Set ${setting} to a free port, or stop the process that listens there.`,
    });
  }
  if (code === 'EACCES') {
    return new TammaError('PORT_FORBIDDEN', `this user may not listen on port ${port}`, {
      ...options,
      remedy: `Set ${setting} to a port above 1023.`,
    });
  }
  return new TammaError('LISTEN_FAILED', `cannot listen on ${host}:${port}: ${error.message}`, {
    ...options,
    remedy: `Set HOST to an address of this machine and ${setting} to a free port.`,
  });
}
