import type { Server as HttpServer } from 'node:http';
import type { LiveText } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import { type Service, settleWithin } from '@tamma/process';
import type { RecordReader } from '@tamma/store';
import type { Logger, Metrics } from '@tamma/telemetry';
import { Server, type Socket } from 'socket.io';
import type { Access } from '../access.ts';
import { type Audience, createAudience } from './audience.ts';
import { hangUp } from './hang-up.ts';
import { LIVE_LIMITS, type LiveLimits } from './limits.ts';
import { createLobby, type Lobby } from './lobby.ts';
import { readOn } from './read-on.ts';
import { judgeOrigin } from './reception.ts';
import { createRelay, type Relay } from './relay.ts';
import { createSettled } from './settled.ts';
import { createSlots } from './slots.ts';
import type { Reading } from './subscription.ts';
import { createTextRelay } from './text-relay.ts';

/** Largest message taken from a client, in bytes: room for the largest subscription of plain names. */
const MESSAGE_BYTES_MAX = 16 * 1024;
const READ_LIMIT_MS = 10_000;
const RECONNECT_AFTER_MS = 2000;
/** Connections over the limit that are kept long enough to be told so. */
const REFUSED_AT_ONCE_MAX = 50;

export interface LiveDeps {
  readonly access: Access;
  readonly eventLog: EventLog;
  readonly reader: Pick<RecordReader, 'listEvents'>;
  /** Up to where everything is recorded, and so shown over HTTP: the recorder's consumer knows. */
  readonly settledOffset: () => Promise<string>;
  readonly liveText: Pick<LiveText, 'next'>;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'gauge'>;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Pages of other sites that may connect, as `https://ops.example.org`. */
  readonly origins: readonly string[];
  readonly limits?: Partial<LiveLimits>;
}

/** The sockets at `/socket.io`. Before it is started, and once it stops, nobody is let in. */
export interface Live extends Service {
  /** Tells every client to come back, and lets nobody in any more; `stop` closes them. */
  announceShutdown(): void;
}

/** Serves sockets on a server whose request handlers are set; it neither starts nor stops that server. */
export function attachLive(server: HttpServer, deps: LiveDeps): Live {
  const limits = { ...LIVE_LIMITS, ...deps.limits };
  const audience = createAudience();
  const { relay, textRelay, settled } = createRelays(deps, audience);
  const timestamp = () => new Date(deps.now()).toISOString();
  const lobby = createLobby({
    ...deps,
    limits,
    reading: createReading(deps, { limits, audience, relay }),
    greet: () => ({
      type: 'connected',
      timestamp: timestamp(),
      version: deps.version,
      offset: settled.place(),
    }),
  });
  let state: 'closed' | 'open' | 'shut' = 'closed';
  const conns = serveSockets(server, {
    lobby,
    limits,
    judge: (headers, clients) => {
      if (state !== 'open') return 'this server is not up, or goes down; try again later';
      if (clients >= limits.socketsMax + REFUSED_AT_ONCE_MAX) return 'too many clients; try again later';
      return judgeOrigin(headers, { mode: deps.access.mode, origins: deps.origins });
    },
  });
  addMetrics(deps.metrics, lobby);

  let started: Promise<void> | undefined;
  const startAll = async () => {
    for (const service of [settled, relay, textRelay]) await service.start();
    if (state === 'closed') state = 'open';
  };
  const announceShutdown = () => {
    if (state === 'open') {
      lobby.tellAll({ type: 'shutdown', timestamp: timestamp(), reconnectAfterMs: RECONNECT_AFTER_MS });
    }
    state = 'shut';
  };
  return {
    name: 'webSocketServer',
    announceShutdown,
    start: () => {
      started ??= startAll();
      return started;
    },
    stop: async () => {
      announceShutdown();
      await Promise.all([
        ...[...conns].map((conn) => hangUp(conn, limits.closeGraceMs)),
        ...[settled, relay, textRelay].map((service) => service.stop()),
      ]);
    },
  };
}

function addMetrics(metrics: LiveDeps['metrics'], lobby: Lobby): void {
  metrics.gauge({
    name: 'tamma_live_sockets',
    help: 'Clients connected over Socket.IO',
    collect: () => [{ value: lobby.size() }],
  });
  metrics.gauge({
    name: 'tamma_live_unsent_characters',
    help: 'What clients connected over Socket.IO were sent and have not taken yet',
    collect: () => [{ value: lobby.unsent() }],
  });
}

function createRelays(deps: LiveDeps, audience: Audience) {
  const troubleOf = (what: string) => (error: Error) => deps.logger.warn({ error: error.message }, what);
  return {
    settled: createSettled(deps.settledOffset, troubleOf('what is recorded cannot be looked up')),
    relay: createRelay({ ...deps, audience, onTrouble: troubleOf('events cannot be relayed') }),
    textRelay: createTextRelay({
      ...deps,
      audience,
      onTrouble: troubleOf('streamed text cannot be relayed'),
    }),
  };
}

interface ReadingParts {
  readonly limits: LiveLimits;
  readonly audience: Audience;
  readonly relay: Relay;
}

/** How subscriptions read: with a limit on how many do at once, and on how long a server may let them wait. */
function createReading(deps: LiveDeps, { limits, audience, relay }: ReadingParts): Reading {
  const useSlot = createSlots(limits.readsAtOnceMax);
  const late = () => new Error(`no answer within ${READ_LIMIT_MS} ms`);
  return {
    audience,
    livePlace: relay.place,
    lastOffset: () => settleWithin(deps.eventLog.lastOffset(), READ_LIMIT_MS, late),
    readOn: (since, workflowId) =>
      useSlot(() =>
        settleWithin(readOn(deps, { since, workflowId, limit: limits.pageSize }), READ_LIMIT_MS, late),
      ),
    onTrouble: (error) => deps.logger.warn({ error: error.message }, 'past events cannot be read'),
  };
}

interface Door {
  readonly lobby: Lobby;
  readonly limits: LiveLimits;
  /** Why a handshake is refused; null when it is not. */
  readonly judge: (
    headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
    clients: number,
  ) => string | null;
}

/** Returns the connections that are open, also of those who have not said yet who they are. */
function serveSockets(server: HttpServer, { lobby, limits, judge }: Door): ReadonlySet<Socket['conn']> {
  // The library sets no such listener on a socket whose upgrade it does not want; a reset would end the process.
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => socket.destroy());
  });
  const conns = new Set<Socket['conn']>();
  const io = new Server(server, {
    path: '/socket.io',
    // Several replicas without sticky sessions: a poll could reach another one each time.
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    maxHttpBufferSize: MESSAGE_BYTES_MAX,
    connectTimeout: limits.signInMs,
    allowRequest: ({ headers }, answer) => {
      const refusal = judge(headers, conns.size);
      answer(refusal, refusal === null);
    },
  });
  io.use(lobby.receive);
  io.on('connection', lobby.welcome);
  io.engine.on('connection', (conn: Socket['conn']) => {
    conns.add(conn);
    conn.once('close', () => {
      conns.delete(conn);
      // For the library it is closed; the other side may take its time, or never answer.
      void hangUp(conn, limits.closeGraceMs);
    });
  });
  return conns;
}
