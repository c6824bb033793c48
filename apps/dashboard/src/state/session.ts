import type { SessionView } from '@tamma/contracts';
import type { Api } from '../api/api.ts';
import type { ApiError } from '../api/api-error.ts';
import { createCell, type Watched } from './cell.ts';
import { settle } from './resource.ts';
import type { Timers } from './timers.ts';

type SessionState =
  | { readonly kind: 'unknown'; readonly error: ApiError | null }
  | { readonly kind: 'signed-in'; readonly person: SessionView }
  /** `why` is empty for somebody who comes for the first time. */
  | { readonly kind: 'signed-out'; readonly why: string };

export interface Session extends Watched<SessionState> {
  /** Asks who we are, until there is an answer. */
  check(): Promise<void>;
  /** Why the token was refused; null when it was taken. */
  signIn(token: string): Promise<string | null>;
  signOut(): Promise<void>;
  /** The server said 401 to somebody it knew before. */
  expire(): void;
}

const RETRY_MS = 3000;

export function createSession(api: Pick<Api, 'session' | 'signIn' | 'signOut'>, timers: Timers): Session {
  const cell = createCell<SessionState>({ kind: 'unknown', error: null });
  let cancelRetry = (): void => {};

  const check = async (): Promise<void> => {
    cancelRetry();
    const { value, error } = await settle(() => api.session());
    if (value !== null) cell.set({ kind: 'signed-in', person: value });
    else if (error?.status === 401) cell.update(signedOut);
    else {
      if (cell.get().kind === 'unknown') cell.set({ kind: 'unknown', error });
      cancelRetry();
      cancelRetry = timers.after(RETRY_MS, () => void check());
    }
  };
  return {
    get: cell.get,
    subscribe: cell.subscribe,
    check,
    signIn: async (token) => {
      const { value, error } = await settle(() => api.signIn(token));
      if (value !== null) cell.set({ kind: 'signed-in', person: value });
      if (error === null) return null;
      return error.status === 401 ? 'This token is not known here.' : error.message;
    },
    signOut: async () => {
      const { error } = await settle(() => api.signOut());
      if (error === null || error.status === 401)
        cell.set({ kind: 'signed-out', why: 'You have signed out.' });
    },
    expire: () => cell.update(signedOut),
  };
}

function signedOut(state: SessionState): SessionState {
  if (state.kind === 'signed-out') return state;
  return { kind: 'signed-out', why: state.kind === 'signed-in' ? 'Your session has ended.' : '' };
}
