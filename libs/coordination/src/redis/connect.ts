import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError, toError } from '@tamma/domain';
import type { Redis } from 'ioredis';
import { GatheringRedis } from './gathering-redis.ts';

/** Tries at start; a container may come up a moment before its Redis. */
const TRIES = 3;
const TRY_DELAY_MS = 1000;
const RECONNECT_MAX_MS = 2000;
const REDIS_MIN = [6, 2] as const;
const VALKEY_MIN = [7, 2] as const;

export interface ConnectOptions {
  readonly url: string;
  /** Hears of later outages; the connection heals by itself. */
  readonly onError: (error: Error) => void;
}

/**
 * Connects and makes sure that this Redis can be trusted with work: it answers, is new enough, and never evicts.
 * Throws a TammaError with code `REDIS_UNREACHABLE`, `REDIS_TOO_OLD` or `REDIS_EVICTS`.
 */
export async function connectRedis(options: ConnectOptions): Promise<Redis> {
  const redis = await connectWithTries(options);
  try {
    judgeServer(await redis.info());
    redis.on('error', options.onError);
    return redis;
  } catch (thrown) {
    redis.disconnect();
    throw thrown;
  }
}

async function connectWithTries(options: ConnectOptions): Promise<Redis> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connectOnce(options);
    } catch (cause) {
      if (attempt === TRIES) throw unreachable(options.url, cause);
      await sleep(TRY_DELAY_MS * attempt);
    }
  }
}

async function connectOnce({ url }: ConnectOptions): Promise<Redis> {
  const retryStrategy = (attempt: number) => Math.min(attempt * 200, RECONNECT_MAX_MS);
  const redis = new GatheringRedis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy });
  let last: Error | undefined;
  const remember = (error: Error) => {
    last = error;
  };
  redis.on('error', remember);
  try {
    await redis.connect();
    redis.off('error', remember);
    return redis;
  } catch (thrown) {
    redis.disconnect();
    throw last ?? thrown;
  }
}

function unreachable(url: string, cause: unknown): TammaError {
  const message = `Redis at ${new URL(url).host} does not answer after ${TRIES} tries: ${toError(cause).message}`;
  return new TammaError('REDIS_UNREACHABLE', message, {
    class: 'network',
    remedy: 'start Redis, or correct REDIS_URL; without REDIS_URL "npm start" brings its own',
    cause,
  });
}

/** Reads the answer of INFO; no configuration command, which hosted servers refuse. */
export function judgeServer(info: string): void {
  const fields = new Map(info.split(/\r?\n/).map((line) => splitField(line)));
  const valkey = fields.get('valkey_version');
  const version = valkey ?? fields.get('redis_version') ?? '';
  const [name, minimum] =
    valkey === undefined ? (['Redis', REDIS_MIN] as const) : (['Valkey', VALKEY_MIN] as const);
  if (!isAtLeast(version, minimum)) {
    throw new TammaError('REDIS_TOO_OLD', `${name} ${version || 'of an unknown version'} is too old`, {
      class: 'validation',
      remedy: `use ${name} ${minimum.join('.')} or later`,
    });
  }
  const policy = fields.get('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    throw new TammaError(
      'REDIS_EVICTS',
      `${name} has maxmemory-policy ${policy} and would throw away queued work`,
      {
        class: 'validation',
        remedy: 'set "maxmemory-policy noeviction"',
      },
    );
  }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
