import { type Principal, toError } from '@tamma/domain';
import type { Logger } from '@tamma/telemetry';
import type { Socket } from 'socket.io';
import type { Access } from '../access.ts';
import { type Connection, createConnection } from './connection.ts';
import type { AnyLiveMessage } from './delivery.ts';
import { createGuesses } from './guesses.ts';
import { hangUp } from './hang-up.ts';
import type { LiveLimits } from './limits.ts';
import { type Admission, admit } from './reception.ts';
import type { Reading } from './subscription.ts';

const REASON_LENGTH_MAX = 200;

export interface LobbyOptions {
  readonly access: Access;
  readonly logger: Logger;
  readonly limits: LiveLimits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly reading: Reading;
  /** What a client is told first. */
  readonly greet: () => AnyLiveMessage;
}

/** The clients that are connected. */
export interface Lobby {
  /** Lets a socket in or refuses it, which closes it. */
  receive(socket: Socket, answer: (refusal?: Error) => void): void;
  welcome(socket: Socket): void;
  size(): number;
  /** Characters that were sent and not taken yet, by all of them together. */
  unsent(): number;
  tellAll(message: AnyLiveMessage): void;
}

export function createLobby(options: LobbyOptions): Lobby {
  const { logger, limits } = options;
  const connections = new Map<string, Connection>();
  const principals = new WeakMap<Socket['conn'], Principal>();
  const guesses = createGuesses(options.now);

  const judge = (socket: Socket): Admission => {
    if (principals.has(socket.conn)) return { refusal: 'this connection belongs to somebody already' };
    if (connections.size < limits.socketsMax) return admit(socket, options.access, guesses);
    return { refusal: `${limits.socketsMax} clients are connected already; try again later` };
  };

  return {
    receive: (socket, answer) => {
      const admission = judge(socket);
      if (admission.refusal === undefined) {
        principals.set(socket.conn, admission.principal);
        answer();
        return;
      }
      const { refusal: reason } = admission;
      logger.info({ address: socket.handshake.address, reason }, 'socket refused');
      answer(new Error(reason));
      // The library sends the answer in the next turn.
      setImmediate(() => void hangUp(socket.conn, limits.closeGraceMs));
    },

    welcome: (socket) => {
      const about = { address: socket.handshake.address, name: principals.get(socket.conn)?.name };
      const connection = createConnection(socket, options);
      connections.set(socket.id, connection);
      logger.info(about, 'socket connected');
      socket.on('error', (thrown: unknown) => {
        const reason = toError(thrown).message.slice(0, REASON_LENGTH_MAX);
        logger.debug({ ...about, reason }, 'socket sent what is no message');
      });
      socket.on('disconnect', (reason) => {
        connections.delete(socket.id);
        principals.delete(socket.conn);
        connection.end();
        logger.info({ ...about, reason }, 'socket closed');
      });
      connection.send(options.greet());
    },

    size: () => connections.size,

    unsent: () => [...connections.values()].reduce((sum, connection) => sum + connection.unsent(), 0),

    tellAll: (message) => {
      for (const connection of connections.values()) connection.send(message);
    },
  };
}
