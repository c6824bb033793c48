import type { Server as HttpServer } from 'node:http';
import { LIVE_MESSAGES, type RelayedEvent, subscribeSchema, type Topic } from '@tamma/contracts';
import type { EventType } from '@tamma/domain';
import { Server, type Socket } from 'socket.io';
import type { About, FakeProduct } from './fake-product.ts';

/** The sockets of the fake server. */
export class FakeLive {
  /** Sends what comes after `since` twice, as a careless server would. */
  stutter = false;
  /** Lets clients in without a greeting. */
  isMute = false;
  readonly #product: FakeProduct;
  readonly #token: string | undefined;
  readonly #topics = new Map<Socket, Topic[]>();
  readonly #asked: unknown[] = [];
  #io: Server | null = null;

  constructor(product: FakeProduct, token: string | undefined) {
    this.#product = product;
    this.#token = token;
  }

  attach(server: HttpServer): void {
    this.#io = new Server(server, { path: '/socket.io', transports: ['websocket'], serveClient: false });
    this.#io.use((socket, next) => {
      const shown: unknown = socket.handshake.auth.token;
      const isLetIn = this.#token === undefined || shown === this.#token;
      next(isLetIn ? undefined : new Error('this token is not one of ours'));
    });
    this.#io.on('connection', (socket) => {
      if (!this.isMute) this.#welcome(socket);
    });
  }

  detach(): void {
    this.breakConnections();
    this.#io?.engine.close();
    this.#io = null;
  }

  /** Subscriptions so far. */
  subscriptions(): readonly unknown[] {
    return this.#asked;
  }

  /** Adds an event to the log and tells who asked for it. */
  tell<Type extends EventType>(type: Type, about?: About<Type>): void {
    this.#relay(this.#product.tell(type, about));
  }

  /** Has the last event in the log once more, under the same id. */
  tellAgain(): void {
    this.#relay(this.#product.tellAgain());
  }

  /** Sends anything to everyone. */
  send(name: string, payload: unknown): void {
    this.#io?.emit(name, payload);
  }

  /** Breaks every connection without a word. */
  breakConnections(): void {
    for (const socket of this.#topics.keys()) socket.conn.close();
  }

  #relay(relayed: RelayedEvent): void {
    for (const [socket, topics] of this.#topics) {
      for (const topic of topics) sendTo(socket, topic, relayed);
    }
  }

  #welcome(socket: Socket): void {
    this.#topics.set(socket, []);
    socket.on('disconnect', () => this.#topics.delete(socket));
    socket.on('subscribe', (request: unknown, acknowledge: (answer: unknown) => void) => {
      this.#asked.push(request);
      const parsed = subscribeSchema.safeParse(request);
      if (!parsed.success) return acknowledge({ ok: false, error: 'Invalid message format' });
      const { since, ...topic } = parsed.data;
      this.#topics.get(socket)?.push(topic);
      acknowledge({ ok: true });
      const past = since === undefined ? [] : this.#product.after(since);
      for (const relayed of this.stutter ? [...past, ...past] : past) sendTo(socket, topic, relayed);
    });
    const about = {
      timestamp: new Date().toISOString(),
      version: '1.2.3',
      offset: this.#product.lastOffset(),
    };
    socket.emit('connected', LIVE_MESSAGES.connected.parse({ type: 'connected', ...about }));
  }
}

function sendTo(socket: Socket, { workflowId, events }: Topic, { offset, event }: RelayedEvent): void {
  if (workflowId !== undefined && event.workflowId !== workflowId) return;
  if (events !== undefined) {
    const eventType = events.find((name) => name === '*' || name === event.type);
    if (eventType === undefined) return;
    socket.emit('event', LIVE_MESSAGES.event.parse({ type: 'event', eventType, offset, event }));
    return;
  }
  const told = { type: 'workflow_event', workflowId, offset, event };
  socket.emit('workflow_event', LIVE_MESSAGES.workflow_event.parse(told));
  if (event.type !== 'TASK.PROGRESS.UPDATED') return;
  const { percent, message } = event.data;
  const about = { workflowId, taskId: `${workflowId}.${event.stepId}`, step: event.stepId };
  const progress = { type: 'progress', ...about, progress: percent, message, offset };
  socket.emit('progress', LIVE_MESSAGES.progress.parse(progress));
}
