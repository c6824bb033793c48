import type {
  AgentView,
  ApprovalView,
  BudgetView,
  Health,
  ProjectView,
  QueueView,
  WorkerView,
} from '@tamma/contracts';
import { type Api, createApi } from '../api/api.ts';
import { createHttp } from '../api/http.ts';
import { createLive, type Live } from '../live/connection.ts';
import type { LiveSocket } from '../live/socket.ts';
import { type Cell, createCell } from '../state/cell.ts';
import { type Decided, NOTHING_DECIDED, noteDecision } from '../state/decided.ts';
import { readEvent } from '../state/history.ts';
import { createResource, type Resource } from '../state/resource.ts';
import { createSession, type Session } from '../state/session.ts';
import type { Timers } from '../state/timers.ts';
import { concernsOf, HEARD_EVENTS } from '../state/topics.ts';
import { createWorkflows, type Workflows } from '../state/workflows.ts';

/** Everything the screens read and do. */
export interface App {
  readonly api: Api;
  readonly live: Live;
  readonly session: Session;
  readonly workflows: Workflows;
  readonly inbox: Resource<readonly ApprovalView[]>;
  /** What was decided since this page was opened, by whomever. */
  readonly decided: Cell<Decided>;
  readonly projects: Resource<readonly ProjectView[]>;
  readonly workers: Resource<readonly WorkerView[]>;
  readonly health: Resource<Health>;
  readonly queues: Resource<readonly QueueView[]>;
  readonly budgets: Resource<readonly BudgetView[]>;
  readonly agents: Resource<readonly AgentView[]>;
  /** How often something happened to workers, queues or services since this page was opened. */
  readonly fleetNews: Cell<number>;
  readonly timers: Timers;
  start(): void;
}

export interface AppDeps {
  readonly fetch: typeof fetch;
  readonly socket: LiveSocket;
  readonly timers: Timers;
}

const SOON = { firstMs: 250, gapMs: 1000, settleMs: 2000 };

export function createApp({ fetch, socket, timers }: AppDeps): App {
  const http = createHttp({ fetch, onSignedOut: () => session.expire() });
  const api = createApi(http);
  const session = createSession(api, timers);
  const resource = <Value>(read: () => Promise<Value>) => createResource(read, { pace: SOON, timers });
  const app = {
    api,
    live: createLive(socket, timers),
    session,
    workflows: createWorkflows(api, timers),
    inbox: resource(() => api.approvals()),
    decided: createCell(NOTHING_DECIDED),
    projects: resource(() => api.projects()),
    workers: resource(() => api.workers()),
    health: resource(() => api.health()),
    queues: resource(() => api.queues()),
    budgets: resource(() => api.budgets()),
    agents: resource(() => api.agents()),
    fleetNews: createCell(0),
    timers,
  };
  return { ...app, start: () => begin(app) };
}

/** Comes and goes with the session: nobody who is signed out is connected, or asks for anything. */
function begin(app: Omit<App, 'start'>): void {
  const { live, session } = app;
  live.subscribe(
    { events: [...HEARD_EVENTS] },
    {
      onEvent: (entry) => {
        const { inbox, intake, fleet, money } = concernsOf(entry);
        const event = readEvent(entry);
        if (event !== null) {
          app.workflows.take(event);
          app.decided.update((known) => noteDecision(known, event));
        }
        if (inbox) app.inbox.nudge();
        if (intake) app.projects.nudge();
        if (fleet) lookAtFleet(app);
        if (money) app.budgets.nudge();
      },
      // After the subscription, so that what happens in between is heard.
      onSubscribed: () => lookAtAll(app),
    },
  );
  session.subscribe(() => follow(app));
  onRefused(live, () => void session.check());
  void session.check();
}

function onRefused({ status }: Live, react: () => void): void {
  let last = status.get().state;
  status.subscribe(() => {
    const { state } = status.get();
    if (state !== last && state === 'refused') react();
    last = state;
  });
}

function follow(app: Omit<App, 'start'>): void {
  if (app.session.get().kind === 'signed-in') {
    app.live.start();
    lookAtAll(app);
  } else app.live.stop();
}

function lookAtFleet({ workers, queues, health, fleetNews }: Omit<App, 'start'>): void {
  for (const resource of [workers, queues, health]) resource.nudge();
  fleetNews.update((count) => count + 1);
}

function lookAtAll({ workflows, inbox, projects }: Omit<App, 'start'>): void {
  void workflows.load();
  void inbox.load();
  void projects.load();
}
