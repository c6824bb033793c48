import { createServer } from 'node:http';
import { redisKeysOf } from '@tamma/contracts';
import { connectRedis, createLiveText } from '@tamma/coordination/redis';
import { ROLES } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import { closeServer, listen } from '@tamma/process';
import type { Store } from '@tamma/store';
import { createLogger, createMetrics } from '@tamma/telemetry';
import { attachLive } from '../../apps/orchestrator/src/live/attach-live.ts';

export interface RelayingOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly eventLog: EventLog;
  readonly store: Store;
  readonly settledOffset: () => Promise<string>;
}

/** The live sockets of the orchestrator on a port of their own. */
export async function startRelaying(options: RelayingOptions): Promise<AsyncDisposable & { port: number }> {
  const { redisUrl, prefix, eventLog, store, settledOffset } = options;
  await using stack = new AsyncDisposableStack();
  const onError = (error: Error) => process.stderr.write(`relay: ${error.message}\n`);
  const redis = stack.adopt(await connectRedis({ url: redisUrl, onError }), (one) => one.disconnect());
  const liveText = stack.adopt(createLiveText({ redis, keys: redisKeysOf(prefix) }), (one) => one.close());
  const server = createServer((_request, response) => void response.writeHead(404).end());
  const live = attachLive(server, {
    access: { mode: 'none', identify: () => ({ name: 'local', roles: ROLES }) },
    eventLog,
    reader: store.reader,
    settledOffset,
    liveText,
    logger: createLogger({ name: 'bench', level: 'warn', destination: process.stderr }),
    metrics: createMetrics(),
    version: 'bench',
    now: Date.now,
    origins: [],
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'PORT' });
  stack.defer(() => closeServer(server));
  await live.start();
  stack.defer(() => live.stop());
  const owned = stack.move();
  return { port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
