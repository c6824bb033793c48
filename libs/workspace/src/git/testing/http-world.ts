import type { IncomingMessage } from 'node:http';
import { basename } from 'node:path';
import type { Credential, OpenRequest } from '../../workspace.ts';
import { type Answer, type HttpRemote, httpRemote } from './http-remote.ts';
import { type GitWorld, gitWorld } from './world.ts';

export interface HttpWorld extends GitWorld {
  readonly host: HttpRemote;
  /** To open `main` over HTTP with the credential that is valid at the time. */
  readonly request: OpenRequest;
  /** Credentials handed out so far. */
  readonly handedOut: () => number;
  /** Makes another password the valid one. */
  readonly renew: (password: string) => void;
  /** Looks at each request that was let in from now on, and may answer it itself. */
  readonly meet: (look: (request: IncomingMessage) => Promise<Answer | undefined>) => void;
}

export async function httpWorld(path: string, first: Credential): Promise<HttpWorld> {
  const world = await gitWorld({ path, sandbox: 'none' });
  let credential = first;
  let handedOut = 0;
  let look = async (_: IncomingMessage): Promise<Answer | undefined> => undefined;
  const host = await httpRemote({
    folder: world.folder,
    path,
    account: () => `${credential.username}:${credential.password}`,
    meet: (request) => look(request),
  });
  const readCredential = async () => {
    handedOut += 1;
    return credential;
  };
  return {
    ...world,
    host,
    request: {
      key: 'k',
      cloneUrl: `${host.origin}/${basename(world.cloneUrl)}`,
      branch: 'main',
      readCredential,
    },
    handedOut: () => handedOut,
    renew: (password) => {
      credential = { ...credential, password };
    },
    meet: (next) => {
      look = next;
    },
    [Symbol.asyncDispose]: async () => {
      await host[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}
