import type { Explanation, LiveMessage } from '@tamma/contracts';
import type { Api } from '../api/api.ts';
import type { Live } from '../live/connection.ts';
import { createBatches } from './batches.ts';
import { createCell, type Watched } from './cell.ts';
import { addEvents, EMPTY_HISTORY, type History } from './history.ts';
import { createResource, type Loaded, type Resource } from './resource.ts';
import { addPiece, type Streams } from './streams.ts';
import type { Timers } from './timers.ts';

/** All that one workflow's screen shows, kept up to date until it is stopped. */
export interface WorkflowWatch {
  readonly history: Watched<History>;
  /** Reading what happened so far; `value` is true once that is done. */
  readonly loading: Resource<boolean>;
  readonly explanation: Watched<Loaded<Explanation>>;
  readonly streams: Watched<Streams>;
  /** How far the running step is, as it last said. */
  readonly progress: Watched<LiveMessage<'progress'> | null>;
  stop(): void;
}

/** The place before every event. */
const BEGINNING = '0-0';
const EXPLANATION_PACE = { firstMs: 250, gapMs: 5000, settleMs: 5000 };
const HISTORY_PACE = { firstMs: 250, gapMs: 2000, settleMs: 60_000 };

export interface WorkflowWatchDeps {
  readonly api: Pick<Api, 'events' | 'explain'>;
  readonly live: Pick<Live, 'subscribe'>;
  readonly timers: Timers;
  /** Changes whenever something happens to workers, queues or services. */
  readonly fleetNews: Watched<unknown>;
}

/** Reads the events on record, then hears the rest from exactly there: nothing is lost, nothing comes twice. */
export function watchWorkflow(workflowId: string, deps: WorkflowWatchDeps): WorkflowWatch {
  const { api, live, timers, fleetNews } = deps;
  const history = createCell<History>(EMPTY_HISTORY);
  const streams = createCell<Streams>([]);
  const progress = createCell<LiveMessage<'progress'> | null>(null);
  const explanation = createResource(() => api.explain(workflowId), { pace: EXPLANATION_PACE, timers });
  let unsubscribe: (() => void) | null = null;
  let isStopped = false;

  const take = (entries: Parameters<typeof addEvents>[1]): void => {
    const before = history.get().state;
    history.update((now) => addEvents(now, entries));
    const after = history.get().state;
    // The place in a queue, and what else keeps it, are not in its events.
    if (before !== after && after !== null && after.waitingFor !== null) explanation.nudge();
  };
  const arriving = createBatches(take, timers);
  const listen = (): void => {
    if (isStopped || unsubscribe !== null) return;
    const since = history.get().cursor ?? BEGINNING;
    unsubscribe = live.subscribe(
      { workflowId, since },
      {
        onEvent: arriving.add,
        onProgress: progress.set,
        onText: (piece) => streams.update((now) => addPiece(now, piece)),
        onSubscribed: explanation.nudge,
      },
    );
  };
  const loading: Resource<boolean> = createResource(
    async () => {
      take(await api.events(workflowId, history.get().cursor));
      listen();
      return true;
    },
    { pace: HISTORY_PACE, timers },
  );
  const forgetFleet = fleetNews.subscribe(explanation.nudge);
  void loading.load();
  void explanation.load();
  return {
    history,
    loading,
    explanation,
    streams,
    progress,
    stop: () => {
      isStopped = true;
      unsubscribe?.();
      forgetFleet();
      loading.stop();
      explanation.stop();
    },
  };
}
