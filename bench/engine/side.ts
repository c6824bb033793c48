import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { toError } from '@tamma/domain';
import { z } from 'zod';

/** A call that takes longer is lost: the longest one tells events for half a minute. */
const CALL_LIMIT_MS = 120_000;
const END_LIMIT_MS = 5000;

const requestSchema = z.object({ call: z.int(), request: z.unknown() });
const messageSchema = z.union([
  z.object({ call: z.int(), value: z.unknown().optional() }),
  z.object({ call: z.int(), error: z.string() }),
  z.object({ done: z.string() }),
]);

/** Another process of the bench, as the product has one for each part. */
export interface Side<Request> extends AsyncDisposable {
  readonly pid: number;
  call<Value>(request: Request, schema: z.ZodType<Value>): Promise<Value>;
  /** Has every workflow told that the side says is done; the last listener counts. */
  onDone(listener: (workflowId: string) => void): void;
}

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Starts a file of this folder, such as `worker-process.ts`. */
export function startSide<Request>(file: string): Side<Request> {
  const child = fork(join(import.meta.dirname, file), { serialization: 'advanced' });
  const calls = new Map<number, Call>();
  let hear: (workflowId: string) => void = () => {};
  let count = 0;
  child.on('message', (received) => {
    const message = messageSchema.parse(received);
    if ('done' in message) return hear(message.done);
    const call = calls.get(message.call);
    calls.delete(message.call);
    if ('error' in message) call?.reject(new Error(`${file}: ${message.error}`));
    else call?.resolve(message.value);
  });
  child.once('exit', (code) => {
    for (const call of calls.values()) call.reject(new Error(`${file} ended with ${code}`));
  });
  return {
    pid: child.pid ?? 0,
    onDone: (listener) => {
      hear = listener;
    },
    call: async (request, schema) => {
      count += 1;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      calls.set(count, { resolve, reject });
      const timer = setTimeout(() => reject(new Error(`${file} did not answer`)), CALL_LIMIT_MS);
      child.send({ call: count, request });
      try {
        return schema.parse(await promise);
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
  await ended;
  clearTimeout(timer);
}

/** The other end: answers the calls of the process that started this one, and ends with it. */
export function serveCalls<Request>(
  schema: z.ZodType<Request>,
  answer: (request: Request) => Promise<unknown>,
): void {
  process.on('message', async (received) => {
    const { call, request } = requestSchema.parse(received);
    try {
      process.send?.({ call, value: await answer(schema.parse(request)) });
    } catch (thrown) {
      process.send?.({ call, error: toError(thrown).stack ?? toError(thrown).message });
    }
  });
  process.once('disconnect', () => process.exit(0));
}

export function sayDone(workflowId: string): void {
  process.send?.({ done: workflowId });
}
