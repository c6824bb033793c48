import type { Server as HttpServer } from 'node:http';
import { type LiveMessage, type LiveMessageName, type RelayedEvent, subscribeSchema } from '@tamma/contracts';
import { Server, type Socket } from 'socket.io';
import type { FakeLog } from './fake-log.ts';
import type { People } from './people.ts';

type Message = { readonly [Name in LiveMessageName]: LiveMessage<Name> }[LiveMessageName];

export interface FakeLive {
  /** A piece of streamed text, to whoever watches that workflow. */
  stream(piece: Omit<LiveMessage<'chunk'>, 'type' | 'at'>): void;
  /** Whether somebody watches that workflow by now: text is streamed to whoever is there, and told to nobody later. */
  isWatched(workflowId: string): boolean;
  /** What clients asked for so far, as they asked. */
  readonly asked: readonly unknown[];
  close(): Promise<void>;
}

/** The sockets, with what the contract promises and no more. */
export function serveFakeLive(server: HttpServer, log: FakeLog, people: People): FakeLive {
  const io = new Server(server, { path: '/socket.io', transports: ['websocket'], serveClient: false });
  const asked: unknown[] = [];
  io.use((socket, next) => {
    const person = people.identify(socket.handshake.headers.cookie);
    next(person === null ? new Error('this needs a token') : undefined);
  });
  io.on('connection', (socket) => welcome(socket, log, asked));
  return {
    asked,
    isWatched: (workflowId) => io.sockets.adapter.rooms.has(workflowId),
    stream: (piece) => {
      const at = new Date().toISOString();
      io.to(piece.workflowId).emit('chunk', { type: 'chunk', ...piece, at });
    },
    close: async () => {
      await io.close();
    },
  };
}

function welcome(socket: Socket, log: FakeLog, asked: unknown[]): void {
  const send = (message: Message) => void socket.emit(message.type, message);
  const ends: (() => void)[] = [];
  socket.on('disconnect', () => {
    for (const end of ends) end();
  });
  socket.on('subscribe', (raw: unknown, acknowledge: (answer: unknown) => void) => {
    asked.push(raw);
    const { workflowId, events, since } = subscribeSchema.parse(raw);
    const tell = (entry: RelayedEvent) => relay(entry, { workflowId, events }, send);
    for (const entry of since === undefined ? [] : log.after(since)) tell(entry);
    ends.push(log.listen(tell));
    if (workflowId !== undefined) void socket.join(workflowId);
    send({ type: 'subscribed', workflowId: workflowId ?? null, events: events ?? [] });
    acknowledge({ ok: true });
  });
  socket.on('unsubscribe', (_raw: unknown, acknowledge: (answer: unknown) => void) => {
    acknowledge({ ok: true });
  });
  send({ type: 'connected', timestamp: new Date().toISOString(), version: 'test', offset: log.recordedTo() });
}

interface Wanted {
  readonly workflowId: string | undefined;
  readonly events: readonly string[] | undefined;
}

function relay(entry: RelayedEvent, { workflowId, events }: Wanted, send: (message: Message) => void): void {
  const { event, offset } = entry;
  if (workflowId === undefined) {
    if (events?.includes(event.type)) send({ type: 'event', eventType: event.type, ...entry });
    return;
  }
  if (event.workflowId !== workflowId) return;
  send({ type: 'workflow_event', workflowId, ...entry });
  if (event.type !== 'TASK.PROGRESS.UPDATED') return;
  const { percent, message } = event.data;
  const about = { workflowId, taskId: String(event.taskId), step: event.stepId ?? '' };
  send({ type: 'progress', ...about, progress: Number(percent), message: String(message), offset });
}
