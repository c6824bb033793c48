import type { LiveAnswer } from '@tamma/contracts';
import type { Socket } from 'socket.io';
import type { AnyLiveMessage } from './delivery.ts';
import { gatherFrames } from './gather-frames.ts';
import { hangUp, turnAway } from './hang-up.ts';
import type { LiveLimits } from './limits.ts';
import { createOutbox } from './outbox.ts';
import { readSubscribe, readUnsubscribe, unknownMessage } from './requests.ts';
import type { Reading } from './subscription.ts';
import { type Answer, createSubscriptions } from './subscriptions.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface ConnectionOptions {
  readonly reading: Reading;
  readonly limits: LiveLimits;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** One client that is let in. */
export interface Connection {
  send(message: AnyLiveMessage): void;
  /** Characters that were sent and not taken yet. */
  unsent(): number;
  /** Call when it is closed, however that came. */
  end(): void;
}

type Acknowledge = (answer: LiveAnswer) => void;

export function createConnection(socket: Socket, options: ConnectionOptions): Connection {
  const { limits } = options;
  const bucket = createTokenBucket(limits.messageBurst, limits.messagesPerSecond, options.now);
  const send = (message: AnyLiveMessage): void => void socket.emit(message.type, message);
  const say = (message: string) => send({ type: 'error', message });
  const outbox = createOutbox(socket.conn, limits);
  gatherFrames(socket);
  const subscriptions = createSubscriptions({
    ...options,
    outbox,
    send,
    giveUp: (why) => {
      close(why);
      void hangUp(socket.conn, limits.closeGraceMs);
    },
  });
  const close = (why: string) => {
    socket.offAny(hear);
    subscriptions.end();
    say(why);
  };

  const answer = (name: unknown, args: readonly unknown[]): Answer => {
    if (name !== 'subscribe' && name !== 'unsubscribe') return { ok: false, error: unknownMessage(name) };
    if (name === 'unsubscribe') {
      const read = readUnsubscribe(args);
      return read.ok ? subscriptions.remove(read.value) : read;
    }
    const read = readSubscribe(args);
    return read.ok ? subscriptions.add(read.value) : read;
  };

  const hear = (name: unknown, ...received: unknown[]) => {
    if (!bucket.take()) {
      close('you send too much; connect again later, and send less');
      void turnAway(socket, limits.closeGraceMs);
      return;
    }
    const { args, acknowledge } = splitAcknowledgement(received);
    const result = answer(name, args);
    acknowledge(result.ok ? { ok: true } : { ok: false, error: result.error });
    if (result.ok) result.go();
    else say(result.error);
  };
  socket.onAny(hear);

  return { send, unsent: outbox.size, end: subscriptions.end };
}

function splitAcknowledgement(received: readonly unknown[]) {
  const last = received.at(-1);
  return isAcknowledge(last)
    ? { args: received.slice(0, -1), acknowledge: last }
    : { args: received, acknowledge: () => {} };
}

/** Only the library makes functions of what came in: one that answers. */
function isAcknowledge(value: unknown): value is Acknowledge {
  return typeof value === 'function';
}
