import type { SessionView } from '@tamma/contracts';

/** Who may come in. Without tokens everybody is `local` and may do everything. */
export interface People {
  readonly cookieName: string;
  identify(cookie: string | undefined): SessionView | null;
  byToken(token: string): SessionView | null;
  /** From now on only these tokens count. */
  give(tokens: Readonly<Record<string, Omit<SessionView, 'authentication'>>>): void;
}

const COOKIE = 'fake-session';
const LOCAL: SessionView = {
  name: 'local',
  roles: ['viewer', 'operator', 'approver'],
  authentication: 'none',
};

export function createPeople(): People {
  let given: Readonly<Record<string, Omit<SessionView, 'authentication'>>> | null = null;
  const byToken = (token: string): SessionView | null => {
    if (given === null) return LOCAL;
    const person = given[token];
    return person === undefined ? null : { ...person, authentication: 'token' };
  };
  return {
    cookieName: COOKIE,
    byToken,
    identify: (cookie = '') => byToken(new RegExp(`${COOKIE}=([^;]*)`).exec(cookie)?.[1] ?? ''),
    give: (tokens) => {
      given = tokens;
    },
  };
}
