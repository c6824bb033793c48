import type { AnyEvent, WorkflowState, WorkflowStatus } from '@tamma/domain';
import type { Api } from '../api/api.ts';
import { createBatches } from './batches.ts';
import { createCell, type Watched } from './cell.ts';
import { createResource, type Loaded, type Resource, settle } from './resource.ts';
import { applyToRows, mergeFetched, type Rows } from './rows.ts';
import type { Timers } from './timers.ts';

export interface Workflows {
  readonly rows: Watched<Rows>;
  /** The looks at the record; `value` is when the last good one was asked for, in milliseconds. */
  readonly looks: Watched<Loaded<number>>;
  /** What to ask for next as `after`; null when every workflow is here. */
  readonly older: Watched<string | null>;
  load(): Promise<void>;
  loadOlder(): Promise<void>;
  take(event: AnyEvent): void;
}

/** Events move the rows at once; the record is asked now and then, so that nothing stays wrong. */
const PACE = { firstMs: 3000, gapMs: 20_000, settleMs: 5000 };
const OPEN: readonly WorkflowStatus[] = ['pending', 'running', 'paused'];

export function createWorkflows(api: Pick<Api, 'workflows'>, timers: Timers): Workflows {
  const rows = createCell<Rows>(new Map());
  const older = createCell<string | null>(null);
  let hasOlder = false;

  const accept = (items: readonly WorkflowState[], askedAtMs: number) =>
    rows.update((now) => mergeFetched(now, items, askedAtMs));
  const looks: Resource<number> = createResource(
    async () => {
      const askedAtMs = timers.now();
      const [newest, ...open] = await Promise.all([
        api.workflows({}),
        ...OPEN.map((status) => api.workflows({ status })),
      ]);
      for (const page of [newest, ...open]) accept(page.items, askedAtMs);
      // Later looks only renew the first page; where reading back has got to stays.
      if (!hasOlder) older.set(newest.next);
      return askedAtMs;
    },
    { pace: PACE, timers },
  );
  const arriving = createBatches<AnyEvent>((events) => {
    rows.update((now) => events.reduce((all, event) => applyToRows(all, event, timers.now()), now));
    looks.nudge();
  }, timers);
  return {
    rows,
    looks,
    older,
    load: looks.load,
    loadOlder: async () => {
      const after = older.get();
      if (after === null) return;
      const { value } = await settle(() => api.workflows({ after }));
      if (value === null) return void looks.nudge();
      hasOlder = true;
      accept(value.items, timers.now());
      older.set(value.next);
    },
    take: (event) => {
      if (event.workflowId !== undefined) arriving.add(event);
    },
  };
}
