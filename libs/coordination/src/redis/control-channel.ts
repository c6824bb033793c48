import { toError } from '@tamma/domain';
import type { ControlChannel } from '../control-channel.ts';
import type { RedisPlace } from './redis-place.ts';

/** Longest rest between tries to connect again. */
const RECONNECT_MAX_MS = 2000;

export interface ControlChannelOptions extends RedisPlace {
  /** Hears of outages, which heal by themselves, and of what listeners throw. */
  readonly onError: (error: Error) => void;
}

export function createControlChannel(options: ControlChannelOptions): ControlChannel {
  const { redis, keys, onError } = options;
  // One object per call: a function that listens twice is called twice, and each ends by itself.
  const listeners = new Set<{ readonly onWorkflow: (workflowId: string) => void }>();
  let subscriber: Disposable | null = null;
  let isClosed = false;

  const tell = (workflowId: string): void => {
    for (const { onWorkflow } of [...listeners]) {
      try {
        onWorkflow(workflowId);
      } catch (thrown) {
        onError(toError(thrown));
      }
    }
  };

  return {
    async announce(workflowId) {
      await redis.publish(keys.control, workflowId);
    },
    listen(onWorkflow) {
      if (isClosed) throw new Error('the control channel is closed; listen before it is');
      const listener = { onWorkflow };
      listeners.add(listener);
      subscriber ??= openSubscriber(options, tell);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    close() {
      isClosed = true;
      listeners.clear();
      subscriber?.[Symbol.dispose]();
      subscriber = null;
      return Promise.resolve();
    },
  };
}

/** A connection that is subscribed takes no other commands, so it is one of its own. */
function openSubscriber(
  { redis, keys, onError }: ControlChannelOptions,
  onMessage: (workflowId: string) => void,
): Disposable {
  const retryStrategy = (attempt: number) => Math.min(attempt * 200, RECONNECT_MAX_MS);
  const subscriber = redis.duplicate({ lazyConnect: true, autoResubscribe: false, retryStrategy });
  let isWanted = true;
  const report = (thrown: unknown): void => {
    if (isWanted) onError(toError(thrown));
  };
  subscriber.on('error', report);
  subscriber.on('message', (_channel, workflowId) => onMessage(workflowId));
  // After every connect: a subscription that was cut off before it was confirmed would not come back by itself.
  subscriber.on('ready', () => void subscriber.subscribe(keys.control).catch(report));
  subscriber.connect().catch(() => {
    // Told as an error already; it goes on trying.
  });
  return {
    [Symbol.dispose]: () => {
      isWanted = false;
      subscriber.disconnect();
    },
  };
}
