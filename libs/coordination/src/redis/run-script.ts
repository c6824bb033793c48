import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** A Lua script and the name under which Redis keeps it. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

export type ScriptArgument = string | Buffer;

export interface ScriptCall {
  readonly keys: readonly string[];
  readonly args: readonly ScriptArgument[];
}

export function defineScript(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script by its name; its text travels only to a Redis that does not know it yet, or not any more. */
export async function runScript(redis: Redis, script: Script, { keys, args }: ScriptCall): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha1, keys.length, ...keys, ...args);
  } catch (thrown) {
    if (!isUnknownScript(thrown)) throw thrown;
    return redis.eval(script.text, keys.length, ...keys, ...args);
  }
}

/** Redis says so before it runs anything, so that nothing can happen twice. */
function isUnknownScript(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.startsWith('NOSCRIPT');
}
