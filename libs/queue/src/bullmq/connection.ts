import { TammaError, toError } from '@tamma/domain';
import { Redis } from 'ioredis';

/** BullMQ's own reconnect delay grows to 20 s; ours stays short, so that work goes on soon after Redis is back. */
const RECONNECT_MAX_MS = 2000;

const retryStrategy = (attempt: number): number => Math.min(attempt * 200, RECONNECT_MAX_MS);

/** Where a Redis URL points, in ioredis's terms. */
function parseRedisUrl(url: string) {
  const parsed = new URL(url);
  const database = Number.parseInt(parsed.pathname.slice(1), 10);
  return {
    host: parsed.hostname || '127.0.0.1',
    port: parsed.port === '' ? 6379 : Number.parseInt(parsed.port, 10),
    ...(parsed.username === '' ? {} : { username: decodeURIComponent(parsed.username) }),
    ...(parsed.password === '' ? {} : { password: decodeURIComponent(parsed.password) }),
    ...(Number.isNaN(database) ? {} : { db: database }),
    ...(parsed.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}

/** Workers wait out an outage: their running jobs settle after the reconnect. */
export function workerConnection(url: string) {
  return { ...parseRedisUrl(url), maxRetriesPerRequest: null, retryStrategy };
}

/** Producers fail at once while Redis is away: a caller must know, and may try again with the same ids. */
function producerConnection(url: string) {
  return { ...parseRedisUrl(url), enableOfflineQueue: false, retryStrategy };
}

export interface ConnectOptions {
  readonly redisUrl: string;
  /** Hears of connection trouble; it heals by itself. */
  readonly onError: (error: Error) => void;
}

/** Fails at once when Redis is not there; later outages reject single calls and heal by themselves. */
export async function connectProducer({ redisUrl, onError }: ConnectOptions): Promise<Redis> {
  const connection = new Redis({ ...producerConnection(redisUrl), lazyConnect: true });
  connection.on('error', onError);
  try {
    await connection.connect();
    return connection;
  } catch (cause) {
    connection.disconnect();
    const { host } = new URL(redisUrl);
    throw new TammaError('REDIS_UNREACHABLE', `Redis at ${host} does not answer: ${toError(cause).message}`, {
      class: 'network',
      remedy: 'start Redis, or correct REDIS_URL',
      cause,
    });
  }
}
