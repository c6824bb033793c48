import { createLoop, type Service } from '@tamma/process';
import type { LeaderLease } from '@tamma/store';

export const LEASE_MS = 10_000;
export const RENEW_MS = 3000;

/** What only the leader does; started with a term, stopped when the term is lost. */
export interface LeaderDuties {
  start(term: number): Promise<void>;
  stop(): Promise<void>;
}

export interface LeadershipOptions {
  readonly lease: LeaderLease;
  readonly holder: string;
  readonly duties: LeaderDuties;
  readonly now: () => number;
  readonly onError: (error: Error) => void;
}

export interface Leadership extends Service {
  /** The term we lead, null while somebody else does. */
  term(): number | null;
  /** Called by a duty that was told its term is over. */
  stepDown(): void;
}

/** States and transitions: docs/states.md, "Leader". */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { lease, holder, duties, now } = options;
  let term: number | null = null;
  let renewedAt = 0;
  let isLost = false;

  const follow = async () => {
    term = null;
    isLost = false;
    await duties.stop();
  };

  const tryToLead = async () => {
    const askedAt = now();
    const won = await lease.acquire(holder, LEASE_MS);
    if (won === null) return;
    term = won;
    renewedAt = askedAt;
    try {
      await duties.start(won);
    } catch (thrown) {
      await follow();
      await lease.release(holder, won);
      throw thrown;
    }
  };

  const keepLeading = async (current: number) => {
    if (isLost) return follow();
    const askedAt = now();
    try {
      if (!(await lease.renew(holder, current, LEASE_MS))) return follow();
      renewedAt = askedAt;
    } catch (thrown) {
      // One failed renewal loses nothing; but nobody may lead on a lease that could have run out.
      if (now() - renewedAt > LEASE_MS - RENEW_MS) await follow();
      throw thrown;
    }
  };

  const loop = createLoop({
    name: 'leadership',
    intervalMs: RENEW_MS,
    runOnce: () => (term === null ? tryToLead() : keepLeading(term)),
    onError: options.onError,
  });

  return {
    name: 'leadership',
    term: () => term,
    stepDown: () => {
      isLost = true;
      loop.wake();
    },
    start: () => loop.start(),
    stop: async () => {
      await loop.stop();
      const held = term;
      if (held === null) return;
      await follow();
      await lease.release(holder, held);
    },
  };
}
