import type { Permission } from '@tamma/domain';
import { createContext, useContext, useEffect, useSyncExternalStore } from 'react';
import type { Announcer } from '../app/announcer.ts';
import type { App } from '../app/app.ts';
import { parseRoute, type Route } from '../app/route.ts';
import type { ThemeSwitch } from '../app/theme.ts';
import type { Cell, Watched } from '../state/cell.ts';
import type { Resource } from '../state/resource.ts';
import type { Filter } from '../view/filter.ts';
import { refusePerson } from '../view/permission.ts';

export interface Page {
  readonly app: App;
  readonly announcer: Announcer;
  readonly theme: ThemeSwitch;
  readonly clock: Watched<number>;
  /** Outlives the list, so that coming back shows what was left. */
  readonly filter: Cell<Filter>;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a component stands outside of the page');
  return page;
}

export function useWatched<Value>(watched: Watched<Value>): Value {
  return useSyncExternalStore(watched.subscribe, watched.get);
}

/** Tells why this person may not do what needs that permission; null when they may. */
export function useRefusal(): (permission: Permission) => string | null {
  const session = useWatched(usePage().app.session);
  return (permission) =>
    session.kind === 'signed-in' ? refusePerson(session.person, permission) : 'You are signed out.';
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (listener) => {
      window.addEventListener('hashchange', listener);
      return () => window.removeEventListener('hashchange', listener);
    },
    () => window.location.hash,
  );
  return parseRoute(hash);
}

/** The time in milliseconds, as old as a second. */
export function useNow(): number {
  return useWatched(usePage().clock);
}

/** Asks at once and then every `periodMs`, as long as the page is looked at. */
export function usePolling(resource: Resource<unknown>, periodMs: number): void {
  useEffect(() => {
    void resource.load();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void resource.load();
    }, periodMs);
    return () => clearInterval(timer);
  }, [resource, periodMs]);
}

/** The name of the tab; the number of decisions that wait stands first. */
export function useTitle(title: string, waiting: number): void {
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${title === '' ? '' : `${title} · `}Tamma`;
  }, [title, waiting]);
}
