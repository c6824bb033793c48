import { GitHubTrouble } from './trouble.ts';

/** Credentials and resources that are held at once; more than any process has. */
const HOLDS_MAX = 1000;

interface Hold {
  /** Whose token ran into it. */
  readonly scope: string;
  /** `*` for one that counts everywhere. */
  readonly resource: string;
  readonly kind: 'primary' | 'secondary';
  readonly untilMs: number;
}

/** Limits we were told to wait for: who asks again before is asked to wait longer, and shut out in the end. */
export interface Holds {
  add(hold: Hold): void;
  /** Throws while the scope is held for the resource. */
  requireNone(scope: string, resource: string): void;
}

export function createHolds(now: () => number): Holds {
  const holds = new Map<string, Hold>();
  return {
    add: (hold) => {
      for (const [key, { untilMs }] of holds) if (untilMs <= now()) holds.delete(key);
      if (holds.size < HOLDS_MAX) holds.set(`${hold.scope} ${hold.resource}`, hold);
    },
    requireNone: (scope, resource) => {
      for (const name of [resource, '*']) {
        const hold = holds.get(`${scope} ${name}`);
        if (hold !== undefined && hold.untilMs > now()) throw held(hold, now());
      }
    },
  };
}

/** The limit that a call will count against, as far as it can be told before. */
export function resourceOf(url: string): string {
  const path = URL.parse(url)?.pathname ?? '';
  if (path.endsWith('/graphql')) return 'graphql';
  return /^(?:\/api\/v3)?\/search\//.test(path) ? 'search' : 'core';
}

function held({ kind, untilMs }: Hold, nowMs: number): GitHubTrouble {
  const code = kind === 'primary' ? 'GITHUB_RATE_LIMITED' : 'GITHUB_SECONDARY_LIMITED';
  const until = new Date(untilMs).toISOString();
  return new GitHubTrouble(code, `it asked us to wait until ${until}`, {
    class: 'rate-limit',
    remedy: 'Nothing to do: it goes on by itself then.',
    retryAfterMs: untilMs - nowMs,
    heldUntilMs: untilMs,
  });
}
