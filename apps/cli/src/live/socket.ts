import type { Subscribe } from '@tamma/contracts';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Settings } from '../settings.ts';

const answerSchema = z.union([
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

/** A socket that is not connected yet, and that never connects again by itself. */
export function openSocket({ baseUrl, token, timeoutMs }: Settings): Socket {
  const { origin, pathname } = new URL(baseUrl);
  return io(origin, {
    path: `${pathname.replace(/\/$/, '')}/socket.io`,
    // Every replica relays the log by itself: a connection must not be spread over several of them.
    transports: ['websocket'],
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    timeout: timeoutMs,
    auth: token === null ? {} : { token: token.text },
  });
}

/** Throws a CliError when the server refuses, and another error when it does not answer in time. */
export async function subscribeAll(
  socket: Socket,
  requests: readonly Subscribe[],
  timeoutMs: number,
): Promise<void> {
  for (const request of requests) {
    const answer: unknown = await socket.timeout(timeoutMs).emitWithAck('subscribe', request);
    const parsed = answerSchema.safeParse(answer);
    const why = parsed.success ? refusalOf(parsed.data) : 'its answer cannot be read';
    if (why !== null) throw new CliError(EXIT.failed, `the server refused to tell what happens: ${why}`);
  }
}

function refusalOf(answer: z.infer<typeof answerSchema>): string | null {
  return answer.ok ? null : answer.error;
}

/** `websocket error` says nothing; what it was made of does. */
export function reasonOf(error: Error): string {
  const description: unknown = 'description' in error ? error.description : null;
  const isObject = typeof description === 'object' && description !== null;
  if (!isObject || !('message' in description)) return error.message;
  return typeof description.message === 'string' ? description.message : error.message;
}
