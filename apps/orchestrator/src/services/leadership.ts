import { TammaError } from '@tamma/domain';
import { createLoop, type Service, settleWithin } from '@tamma/process';
import type { LeaderLease } from '@tamma/store';

const LEASE_MS = 10_000;
const RENEW_MS = 3000;
/** Followers ask more often than a leader renews, so that a lease that is given back is taken within a second. */
const ASK_MS = 500;

/** What only the leader does; started with a term, stopped when the term is lost. */
export interface LeaderDuties {
  start(term: number): Promise<void>;
  stop(): Promise<void>;
}

export interface LeadershipOptions {
  readonly lease: LeaderLease;
  readonly holder: string;
  readonly duties: LeaderDuties;
  /** Hears of every failure; leading is tried again after the usual rest. */
  readonly onError: (error: Error) => void;
  /** How long a lease lasts, in milliseconds; 10,000. */
  readonly leaseMs?: number;
  /** Rest between two renewals, in milliseconds; 3000. */
  readonly renewMs?: number;
  /** Rest between two tries to lead, in milliseconds; 500. */
  readonly askMs?: number;
}

export interface Leadership extends Service {
  /** The term we lead, null while somebody else does. */
  term(): number | null;
  /** Called by a duty that was told its term is over; another term than the current one is old news. */
  stepDown(lostTerm: number): void;
  /**
   * Proves that this very term still holds, for a duty that is about to change something after a long look. Throws a
   * TammaError with code `TERM_LOST` when it does not, or with class `network` when the database does not say so.
   */
  require(term: number): Promise<void>;
}

/** States and transitions: docs/states.md, "Leader". */
export function createLeadership(options: LeadershipOptions): Leadership {
  const { lease, holder, duties, onError, leaseMs = LEASE_MS, renewMs = RENEW_MS } = options;
  const askMs = options.askMs ?? Math.min(ASK_MS, renewMs);
  let term: number | null = null;
  let isLost = false;
  let deadline: NodeJS.Timeout | undefined;
  let renewedAt = 0;
  let stopped: Promise<void> = Promise.resolve();

  const follow = (): Promise<void> => {
    term = null;
    isLost = false;
    clearTimeout(deadline);
    stopped = duties.stop();
    return stopped;
  };

  /** Nobody may lead on a lease that could have run out, not even while a renewal hangs. */
  const leadUntil = (askedAt: number) => {
    clearTimeout(deadline);
    renewedAt = askedAt;
    const leftMs = leaseMs - renewMs - (performance.now() - askedAt);
    deadline = setTimeout(() => follow().catch(onError), Math.max(0, leftMs));
  };

  const tryToLead = async () => {
    await stopped.catch(() => {
      // Whoever stopped the duties has told it; what matters here is that they are over.
    });
    const askedAt = performance.now();
    const won = await settleWithin(lease.acquire(holder, leaseMs), leaseMs, late);
    if (won === null) return;
    term = won;
    isLost = false;
    leadUntil(askedAt);
    try {
      await duties.start(won);
    } catch (thrown) {
      await follow();
      await release(won);
      throw thrown;
    }
  };

  const keepLeading = async (current: number) => {
    if (isLost) return follow();
    const askedAt = performance.now();
    const isRenewed = await settleWithin(lease.renew(holder, current, leaseMs), leaseMs, late);
    if (term !== current) return;
    if (isRenewed) leadUntil(askedAt);
    else await follow();
  };

  /** A lease that could not be released runs out by itself. */
  const release = (held: number) => lease.release(holder, held).catch(onError);

  const loop = createLoop({
    name: 'leadership',
    intervalMs: askMs,
    runOnce: async () => {
      if (term !== null && !isLost && performance.now() - renewedAt < renewMs) return;
      // Caught here: the loop's own rest after failures would soon be longer than the lease.
      await (term === null ? tryToLead() : keepLeading(term)).catch(onError);
    },
    onError,
  });

  return {
    name: 'leadership',
    term: () => term,
    stepDown: (lostTerm) => {
      if (lostTerm !== term) return;
      isLost = true;
      loop.wake();
    },
    require: async (claimed) => {
      const holds = claimed === term && !isLost;
      if (holds && (await settleWithin(lease.renew(holder, claimed, leaseMs), leaseMs, late))) return;
      throw new TammaError('TERM_LOST', `term ${claimed} is over; somebody else leads now`, {
        class: 'conflict',
      });
    },
    start: () => loop.start(),
    stop: async () => {
      await loop.stop();
      const held = term;
      if (held === null) return stopped;
      await follow();
      await release(held);
    },
  };
}

function late(): TammaError {
  const message = 'the database does not answer the question who leads';
  return new TammaError('LEASE_UNKNOWN', message, {
    class: 'network',
    remedy: 'see that PostgreSQL answers',
  });
}
