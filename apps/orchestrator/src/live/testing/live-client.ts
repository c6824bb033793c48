import {
  LIVE_MESSAGES,
  type LiveAnswer,
  type LiveMessage,
  type LiveMessageName,
  type Subscribe,
  type Topic,
} from '@tamma/contracts';
import { eventually } from '@tamma/testing';
import { io, type ManagerOptions, type SocketOptions } from 'socket.io-client';

/** Ends what waits in vain. */
const ANSWERED_WITHIN_MS = 30_000;

export interface ClientOptions extends Partial<ManagerOptions & SocketOptions> {}

export type LiveClient = ReturnType<typeof connectClient>;

/** A client that keeps every message it gets, each checked against its schema. */
export function connectClient(port: number, options: ClientOptions = {}) {
  const socket = io(`http://127.0.0.1:${port}`, {
    path: '/socket.io',
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
  });
  const received: { readonly name: string; readonly message: unknown }[] = [];
  const problems: string[] = [];
  const refusals: string[] = [];
  const closings: string[] = [];
  socket.onAny((name: string, message: unknown) => {
    received.push({ name, message });
    const schema = isMessageName(name) ? LIVE_MESSAGES[name] : undefined;
    const parsed = schema?.safeParse(message);
    if (parsed?.success !== true)
      problems.push(`${name}: ${parsed?.error.message ?? 'is no message of ours'}`);
  });
  socket.on('connect_error', (error) => void refusals.push(error.message));
  socket.on('disconnect', (reason) => void closings.push(reason));

  const all = <Name extends LiveMessageName>(name: Name): LiveMessage<Name>[] =>
    received.flatMap((one) => {
      if (one.name !== name) return [];
      const parsed = LIVE_MESSAGES[name].safeParse(one.message);
      return parsed.success ? [parsed.data as LiveMessage<Name>] : [];
    });
  return {
    socket,
    received,
    /** Messages that do not fit the contract. */
    problems,
    refusals,
    closings,
    all,
    first: <Name extends LiveMessageName>(name: Name) =>
      eventually(`a message "${name}"`, () => all(name)[0]),
    count: (name: LiveMessageName, count: number) =>
      eventually(`${count} messages "${name}"`, () => all(name).length >= count),
    ask: (name: string, ...args: unknown[]): Promise<LiveAnswer> =>
      socket.timeout(ANSWERED_WITHIN_MS).emitWithAck(name, ...args),
    subscribe: (request: Subscribe): Promise<LiveAnswer> =>
      socket.timeout(ANSWERED_WITHIN_MS).emitWithAck('subscribe', request),
    unsubscribe: (topic: Topic): Promise<LiveAnswer> =>
      socket.timeout(ANSWERED_WITHIN_MS).emitWithAck('unsubscribe', topic),
    /** The way it ends when its machine loses power: nothing is said. */
    kill: () => wireOf(socket).destroy(),
    /** Takes nothing more from the network until it is resumed. */
    pause: () => wireOf(socket).pause(),
    resume: () => wireOf(socket).resume(),
    close: () => socket.disconnect(),
  };
}

function isMessageName(name: string): name is LiveMessageName {
  return Object.hasOwn(LIVE_MESSAGES, name);
}

interface Wire {
  destroy(): void;
  pause(): void;
  resume(): void;
}

function wireOf(socket: ReturnType<typeof io>): Wire {
  const transport: unknown = socket.io.engine.transport;
  const wire = memberOf(memberOf(transport, 'ws'), '_socket');
  if (!isWire(wire)) throw new Error('this client has no socket of its own');
  return wire;
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isWire(value: unknown): value is Wire {
  return ['destroy', 'pause', 'resume'].every((name) => typeof memberOf(value, name) === 'function');
}
