import { createLiveCursor, type Subscribe, type Topic } from '@tamma/contracts';
import { createCell, type Watched } from '../state/cell.ts';
import type { Timers } from '../state/timers.ts';
import { createListeners, type Listener } from './listeners.ts';
import { handleMessages, type MessageHandlers } from './messages.ts';
import { createReturn } from './return.ts';
import type { LiveSocket } from './socket.ts';

export interface LiveStatus {
  /** `off`: not started. `refused`: the server does not let us in; asked again from time to time. */
  readonly state: 'off' | 'connecting' | 'live' | 'reconnecting' | 'refused';
  /** When the server was last heard, in milliseconds since 1970; null before the first time. */
  readonly heardAtMs: number | null;
  /** What it said against us, or that a message of its own cannot be read; null when all is well. */
  readonly problem: string | null;
}

export interface Live {
  readonly status: Watched<LiveStatus>;
  start(): void;
  stop(): void;
  /** One listener per topic. Without `since`: what comes from the first connection on. Returns the end of it. */
  subscribe(request: Subscribe, listener: Listener): () => void;
}

/** Often enough to be read, too seldom to keep the page busy. */
const HEARD_STEP_MS = 1000;

/** One connection for the whole page. After a loss each subscription goes on where it stopped. */
export function createLive(socket: LiveSocket, timers: Timers): Live {
  const status = createCell<LiveStatus>({ state: 'off', heardAtMs: null, problem: null });
  const patch = (change: Partial<LiveStatus>) => status.update((now) => ({ ...now, ...change }));
  const isLive = () => status.get().state === 'live';
  const returning = createReturn(socket, timers);
  const cursor = createLiveCursor();
  const listeners = createListeners();

  const ask = async ({ since, ...topic }: Subscribe): Promise<void> => {
    const problem = await request(socket, { ...topic, ...(since === undefined ? {} : { since }) });
    if (!isLive()) return;
    if (problem === null) return listeners.of(topic)?.onSubscribed?.();
    patch({ problem });
    // A server that answers nothing is tried anew, and asked again for all of it.
    if (problem === UNANSWERED) returning.startOver();
  };
  const lose = (state: 'reconnecting' | 'refused', problem: string | null): void => {
    if (status.get().state === 'off') return;
    patch({ state, problem });
    if (!socket.active) returning.later();
  };
  const handlers: MessageHandlers = {
    connected: ({ offset }) => {
      if (status.get().state === 'off') return;
      patch({ state: 'live', problem: null });
      for (const one of cursor.connected(offset)) void ask(one);
    },
    subscribed: () => {},
    workflow_event: (message) => {
      if (cursor.accept(message)) listeners.ofWorkflow(message.workflowId)?.onEvent(message);
    },
    event: (message) => {
      if (!cursor.accept(message)) return;
      for (const listener of listeners.ofEvent(message.eventType)) listener.onEvent(message);
    },
    progress: (message) => {
      if (cursor.accept(message)) listeners.ofWorkflow(message.workflowId)?.onProgress?.(message);
    },
    chunk: (message) => listeners.ofWorkflow(message.workflowId)?.onText?.(message),
    error: ({ message }) => patch({ problem: message }),
    shutdown: ({ reconnectAfterMs }) => returning.wait(reconnectAfterMs),
  };
  handleMessages(socket, handlers, (name) =>
    patch({ problem: `a message "${name}" cannot be read: reload this page` }),
  );
  socket.on('disconnect', () => lose('reconnecting', null));
  socket.on('connect_error', (error) => {
    if (socket.active) lose('reconnecting', null);
    else lose('refused', error instanceof Error ? error.message : null);
  });
  socket.onHeard(() => {
    const heardAtMs = timers.now();
    if (heardAtMs - (status.get().heardAtMs ?? 0) >= HEARD_STEP_MS) patch({ heardAtMs });
  });

  return {
    status,
    start: () => {
      if (status.get().state !== 'off') return;
      patch({ state: 'connecting', problem: null });
      socket.connect();
    },
    stop: () => {
      patch({ state: 'off', problem: null });
      returning.cancel();
      socket.disconnect();
    },
    subscribe: (wanted, listener) => {
      const { since: _, ...topic } = wanted;
      listeners.add(topic, listener);
      cursor.add(wanted);
      if (isLive()) void ask(wanted);
      return () => end(topic, listener);
    },
  };

  function end(topic: Topic, listener: Listener): void {
    if (!listeners.remove(topic, listener)) return;
    cursor.remove(topic);
    // The server forgets us with the connection; what it still sends finds nobody.
    if (isLive()) void socket.request('unsubscribe', topic).catch(() => {});
  }
}

const UNANSWERED = 'the orchestrator did not answer a subscription';

/** What the server has against the subscription; null when it took it. */
async function request(socket: LiveSocket, wanted: Subscribe): Promise<string | null> {
  const answer = await socket.request('subscribe', wanted).catch(() => undefined);
  if (typeof answer !== 'object' || answer === null || !('ok' in answer)) return UNANSWERED;
  if (answer.ok === true) return null;
  return 'error' in answer && typeof answer.error === 'string' ? answer.error : 'a subscription was refused';
}
