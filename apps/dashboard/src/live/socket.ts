import { io } from 'socket.io-client';

/** The part of a Socket.IO client that is used here. */
export interface LiveSocket {
  /** Whether it connects again by itself; not so after the server refused it or ended the connection. */
  readonly active: boolean;
  connect(): void;
  disconnect(): void;
  on(name: string, listener: (message: unknown) => void): unknown;
  /** Rejects when no acknowledgement comes in time. */
  request(name: string, message: unknown): Promise<unknown>;
  /** Calls back for every sign of life, messages or not. */
  onHeard(listener: () => void): void;
}

const ACKNOWLEDGEMENT_TIMEOUT_MS = 10_000;
const RECONNECTION_DELAY_MS = 500;
const RECONNECTION_DELAY_MAX_MS = 5000;

/** A socket to the server this page came from; it does not connect before it is told to. */
export function createSocket(url?: string): LiveSocket {
  const options = {
    path: '/socket.io',
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: RECONNECTION_DELAY_MS,
    reconnectionDelayMax: RECONNECTION_DELAY_MAX_MS,
  };
  const socket = url === undefined ? io(options) : io(url, options);
  return {
    get active() {
      return socket.active;
    },
    connect: () => void socket.connect(),
    disconnect: () => void socket.disconnect(),
    on: (name, listener) => socket.on(name, listener),
    request: (name, message) => socket.timeout(ACKNOWLEDGEMENT_TIMEOUT_MS).emitWithAck(name, message),
    onHeard: (listener) => {
      socket.onAny(listener);
      socket.io.on('ping', listener);
    },
  };
}
