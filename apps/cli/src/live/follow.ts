import { createLiveCursor, type LiveCursor, type Topic } from '@tamma/contracts';
import type { Api } from '../api/api.ts';
import { pause } from '../api/http.ts';
import type { Reply } from '../api/reply.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Settings } from '../settings.ts';
import { type ConnectionEnd, listenOnce } from './connection.ts';
import type { Told } from './message.ts';
import { createRecentIds, type RecentIds } from './recent-ids.ts';

/** About five minutes without a server. */
const RECONNECTIONS_MAX = 60;
const DELAY_FIRST_MS = 100;
const DELAY_MAX_MS = 5000;
/** The longest that a server may ask us to stay away. */
const RECONNECT_AFTER_MAX_MS = 60_000;

interface FollowRequest {
  readonly topic: Topic;
  /** What comes after this offset is told; null: what comes from now on. */
  readonly since: string | null;
  readonly onTold: (told: Reply<Told>) => 'more' | 'enough';
}

/** Tells what happens until the one who listens has enough, over as many connections as that takes. */
export type Follow = (request: FollowRequest) => Promise<void>;

export interface FollowDeps {
  readonly settings: Settings;
  readonly api: Pick<Api, 'session'>;
  readonly stop: AbortSignal;
  readonly note: (line: string) => void;
  readonly reconnectionsMax?: number;
}

/** Every event once and in order, also after a reconnection. Every failure is a CliError. */
export function createFollow(deps: FollowDeps): Follow {
  return async (request) => {
    const { topic, since } = request;
    const cursor = createLiveCursor();
    cursor.add(since === null ? topic : { ...topic, since });
    const recent = createRecentIds();
    const limit = deps.reconnectionsMax ?? RECONNECTIONS_MAX;
    let failures = 0;
    let hasBeenLive = false;
    while (failures <= limit) {
      const end = await attempt(deps, request, { cursor, recent, hasBeenLive });
      if (end.kind === 'enough') return;
      if (end.wasLive) deps.note(`the connection is lost (${end.why}); reconnecting`);
      hasBeenLive ||= end.wasLive;
      if (!hasBeenLive) throw unreachable(deps, end.why);
      failures = end.wasOfUse ? 1 : failures + 1;
      await pause(delayOf(end, failures), deps.stop);
    }
    throw unreachable(deps, `it did not come back in ${limit} attempts`);
  };
}

interface Progress {
  readonly cursor: LiveCursor;
  readonly recent: RecentIds;
  readonly hasBeenLive: boolean;
}

/** Asks who we are first: a wrong token has a clear answer there, and a server that is away has one too. */
async function attempt(
  { api, settings, stop, note }: FollowDeps,
  { onTold }: FollowRequest,
  { cursor, recent, hasBeenLive }: Progress,
): Promise<ConnectionEnd> {
  try {
    await api.session();
  } catch (thrown) {
    if (!hasBeenLive || !isAway(thrown)) throw thrown;
    return { kind: 'lost', why: thrown.message, wasLive: false, wasOfUse: false, reconnectAfterMs: null };
  }
  return listenOnce({ ...settings, cursor, recent, stop, onTold, note });
}

function isAway(thrown: unknown): thrown is CliError {
  if (!(thrown instanceof CliError)) return false;
  return thrown.exitCode === EXIT.unreachable || thrown.status === 429 || (thrown.status ?? 0) >= 500;
}

function delayOf(end: ConnectionEnd, failures: number): number {
  const asked = end.kind === 'lost' ? end.reconnectAfterMs : null;
  if (asked !== null) return Math.min(Math.max(0, asked), RECONNECT_AFTER_MAX_MS);
  return Math.min(DELAY_FIRST_MS * 2 ** (failures - 1), DELAY_MAX_MS);
}

function unreachable({ settings }: FollowDeps, why: string): CliError {
  return new CliError(EXIT.unreachable, `${settings.baseUrl} cannot be listened to: ${why}`, {
    remedy: 'Is it running ("npm start"), and does whatever stands before it let WebSockets through?',
  });
}
