import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script and the name under which Redis keeps it. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

export function defineScript(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script by its name; its text travels only to a Redis that does not know it yet, or not any more. */
export async function runScript(redis: Redis, script: Script, args: readonly string[]): Promise<string[]> {
  return readStrings(await callScript(redis, script, args));
}

async function callScript(redis: Redis, script: Script, args: readonly string[]): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha1, 0, ...args);
  } catch (thrown) {
    // Redis says so before it runs anything, so that nothing can happen twice.
    if (!(thrown instanceof Error && thrown.message.startsWith('NOSCRIPT'))) throw thrown;
    return redis.eval(script.text, 0, ...args);
  }
}

function readStrings(reply: unknown): string[] {
  if (!Array.isArray(reply)) throw new Error('a script of the queue answered something that is not a list');
  return reply.map((entry) => String(entry));
}
