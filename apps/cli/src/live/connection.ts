import type { LiveCursor } from '@tamma/contracts';
import { toError } from '@tamma/domain';
import type { Socket } from 'socket.io-client';
import type { Reply } from '../api/reply.ts';
import { CliError, interrupted } from '../cli-error.ts';
import type { Settings } from '../settings.ts';
import { readConnected, readError, readShutdown, readTold, TOLD, type Told } from './message.ts';
import type { RecentIds } from './recent-ids.ts';
import { openSocket, reasonOf, subscribeAll } from './socket.ts';

const REASON_LENGTH_MAX = 200;
/** A connection that lasted so long was no failure. */
const STEADY_MS = 10_000;

/** How one connection ended, unless it ended with an error. */
export type ConnectionEnd =
  /** The one who listens has enough. */
  | { readonly kind: 'enough' }
  | {
      readonly kind: 'lost';
      readonly why: string;
      /** Whether the subscription stood: what comes next is a reconnection. */
      readonly wasLive: boolean;
      /** Whether it told something new, or lasted: then the next one begins to count its attempts anew. */
      readonly wasOfUse: boolean;
      /** When the server said that it will be back. */
      readonly reconnectAfterMs: number | null;
    };

export interface ConnectionOptions extends Settings {
  /** What is wanted, and how far it was told. */
  readonly cursor: LiveCursor;
  readonly recent: RecentIds;
  readonly stop: AbortSignal;
  readonly onTold: (told: Reply<Told>) => 'more' | 'enough';
  readonly note: (line: string) => void;
}

/** Connects once, subscribes where the cursor stands, and tells what comes until the connection ends. */
export async function listenOnce(options: ConnectionOptions): Promise<ConnectionEnd> {
  const connection = new Connection(options);
  const onStop = (): void => connection.fail(interrupted());
  options.stop.addEventListener('abort', onStop, { once: true });
  try {
    if (options.stop.aborted) throw interrupted();
    return await connection.run();
  } finally {
    options.stop.removeEventListener('abort', onStop);
    connection.close();
  }
}

class Connection {
  readonly fail: (error: Error) => void;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #ended: Promise<ConnectionEnd>;
  readonly #end: (end: ConnectionEnd) => void;
  readonly #beganAt = performance.now();
  #greeting: NodeJS.Timeout | undefined;
  #wasLive = false;
  #hasTold = false;
  #hasEnough = false;
  #reconnectAfterMs: number | null = null;

  constructor(options: ConnectionOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<ConnectionEnd>();
    this.#ended = promise;
    this.#end = resolve;
    this.fail = reject;
    this.#options = options;
    this.#socket = openSocket(options);
  }

  run(): Promise<ConnectionEnd> {
    this.#listen();
    this.#greeting = setTimeout(() => this.#lose('the server did not greet'), this.#options.timeoutMs);
    this.#socket.connect();
    return this.#ended;
  }

  close(): void {
    clearTimeout(this.#greeting);
    this.#socket.disconnect();
  }

  #lose(why: string): void {
    this.#end(this.#lost(why));
  }

  #lost(why: string): ConnectionEnd {
    const lasted = this.#wasLive && performance.now() - this.#beganAt >= STEADY_MS;
    return {
      kind: 'lost',
      why,
      wasLive: this.#wasLive,
      wasOfUse: this.#hasTold || lasted,
      reconnectAfterMs: this.#reconnectAfterMs,
    };
  }

  #listen(): void {
    this.#socket.on('connect_error', (error) => this.#lose(reasonOf(error)));
    this.#socket.on('disconnect', (reason) => this.#lose(reason));
    this.#hear('connected', readConnected, ({ offset }) => this.#subscribe(offset));
    this.#hear('error', readError, (message) => this.#options.note(`the server says: ${message}`));
    this.#hear('shutdown', readShutdown, ({ reconnectAfterMs }) => {
      this.#reconnectAfterMs = reconnectAfterMs;
    });
    for (const name of TOLD) {
      const readNew = (payload: unknown) => this.#onlyNew(readTold(name, payload));
      this.#hear(name, readNew, (told) => told !== null && this.#tell(told));
    }
  }

  /** A message that cannot be read is told of and passed over: the next one may be the one that matters. */
  #hear<Value>(name: string, read: (payload: unknown) => Value, act: (value: Value) => void): void {
    this.#socket.on(name, (payload: unknown) => {
      let value: Value;
      try {
        value = read(payload);
      } catch (thrown) {
        const why = toError(thrown).message.replaceAll(/\s+/g, ' ').slice(0, REASON_LENGTH_MAX);
        this.#options.note(`the server sent a "${name}" that cannot be read: ${why}`);
        return;
      }
      try {
        act(value);
      } catch (thrown) {
        this.fail(toError(thrown));
      }
    });
  }

  #subscribe(offset: string): void {
    clearTimeout(this.#greeting);
    const { cursor, timeoutMs } = this.#options;
    subscribeAll(this.#socket, cursor.connected(offset), timeoutMs).then(
      () => {
        this.#wasLive = true;
      },
      (thrown: unknown) => {
        if (thrown instanceof CliError) this.fail(thrown);
        else this.#lose(toError(thrown).message);
      },
    );
  }

  /** Null for what was told already. */
  #onlyNew(told: Reply<Told>): Reply<Told> | null {
    const { exact } = told;
    if (exact.type === 'chunk') return told;
    const { cursor, recent } = this.#options;
    return cursor.accept(exact) && (exact.type === 'progress' || recent.isNew(exact.event.id)) ? told : null;
  }

  #tell(told: Reply<Told>): void {
    if (this.#hasEnough) return;
    this.#wasLive = true;
    this.#hasTold = true;
    this.#hasEnough = this.#options.onTold(told) === 'enough';
    if (this.#hasEnough) this.#end({ kind: 'enough' });
  }
}
