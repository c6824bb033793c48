import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { type WatcherRequest, watcherRequestSchema } from './protocol.ts';
import { serveCalls } from './side.ts';

/** As much of a relayed event as tells when it was told. */
const momentSchema = z.object({
  event: z.object({ type: z.literal('TASK.INTERRUPTED.SUCCESS'), data: z.object({ why: z.string() }) }),
});

let socket: Socket | null = null;
let count = 0;
let latenciesMs: number[] = [];

serveCalls(watcherRequestSchema, answer);

async function answer(request: WatcherRequest): Promise<unknown> {
  switch (request.ask) {
    case 'watch':
      return watch(request.port, request.events);
    case 'take': {
      const sight = { count, latenciesMs };
      count = 0;
      latenciesMs = [];
      return sight;
    }
    case 'rest':
      socket?.disconnect();
      socket = null;
      return null;
  }
}

async function watch(port: number, events: readonly string[]): Promise<null> {
  const client = io(`http://127.0.0.1:${port}`, {
    path: '/socket.io',
    transports: ['websocket'],
    forceNew: true,
  });
  socket = client;
  // What an earlier run left is none of this one's.
  count = 0;
  latenciesMs = [];
  client.on('event', (message: unknown) => {
    count += 1;
    const moment = momentSchema.safeParse(message);
    if (moment.success) {
      latenciesMs.push(performance.timeOrigin + performance.now() - Number(moment.data.event.data.why));
    }
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.once('connect', resolve);
  client.once('connect_error', reject);
  await promise;
  await client.timeout(5000).emitWithAck('subscribe', { events });
  return null;
}
