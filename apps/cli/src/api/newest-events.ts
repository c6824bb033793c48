import type { RelayedEvent } from '@tamma/contracts';
import type { Api, List } from './api.ts';
import type { Reply } from './reply.ts';

const PAGE = 1000;
const PAGES_MAX = 20;

export interface EventsFilter {
  readonly workflowId?: string | undefined;
  /** A name that the API knows. */
  readonly type?: string | undefined;
  readonly since?: string | undefined;
  readonly limit: number;
}

/** The last `limit` events after `since`, oldest first. The API pages forward only, so all of them are read. */
export async function readNewestEvents(
  api: Pick<Api, 'events'>,
  filter: EventsFilter,
  note: (line: string) => void,
): Promise<Reply<List<RelayedEvent>>> {
  let since = filter.since;
  let newest: Reply<List<RelayedEvent>> = { exact: NOTHING, shown: NOTHING };
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { exact, shown } = await api.events({ ...filter, since, limit: PAGE });
    const join = (before: List<RelayedEvent>, more: List<RelayedEvent>): List<RelayedEvent> => ({
      items: [...before.items, ...more.items].slice(-filter.limit),
      next: more.next ?? before.next,
    });
    newest = { exact: join(newest.exact, exact), shown: join(newest.shown, shown) };
    if (exact.items.length < PAGE) return newest;
    since = exact.items.at(-1)?.offset;
  }
  note(`looked at ${PAGE * PAGES_MAX} events only; give a later --since`);
  return newest;
}

const NOTHING: List<RelayedEvent> = { items: [], next: null };
