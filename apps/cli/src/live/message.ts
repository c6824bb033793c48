import { LIVE_MESSAGES, type LiveMessage } from '@tamma/contracts';
import { type Reply, readReply } from '../api/reply.ts';

/** What is told about the work; the other messages are about the connection. */
export const TOLD = ['workflow_event', 'event', 'progress', 'chunk'] as const;
type ToldName = (typeof TOLD)[number];
export type Told = { readonly [Name in ToldName]: LiveMessage<Name> }[ToldName];

/** Throws a ZodError for a payload that is not of its shape. */
export function readTold(name: ToldName, payload: unknown): Reply<Told> {
  switch (name) {
    case 'workflow_event':
      return readReply(textOf(payload), LIVE_MESSAGES.workflow_event);
    case 'event':
      return readReply(textOf(payload), LIVE_MESSAGES.event);
    case 'progress':
      return readReply(textOf(payload), LIVE_MESSAGES.progress);
    case 'chunk':
      return readReply(textOf(payload), LIVE_MESSAGES.chunk);
  }
}

export function readShutdown(payload: unknown): LiveMessage<'shutdown'> {
  return LIVE_MESSAGES.shutdown.parse(payload);
}

export function readConnected(payload: unknown): LiveMessage<'connected'> {
  return LIVE_MESSAGES.connected.parse(payload);
}

/** The sentence of an `error` message. */
export function readError(payload: unknown): string {
  return LIVE_MESSAGES.error.parse(payload).message;
}

function textOf(payload: unknown): string {
  return JSON.stringify(payload ?? null);
}
