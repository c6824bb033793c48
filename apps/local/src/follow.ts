import { setTimeout as sleep } from 'node:timers/promises';
import type { RelayedEvent } from '@tamma/contracts';
import { hasWorkflowEnded } from '@tamma/domain';
import type { Api } from './api.ts';
import { hasTrouble, isIdle, type Scene } from './progress.ts';
import type { Screen } from './terminal/screen.ts';

const POLL_MS = 250;
/** An outage of a server heals well within this; a folder that is gone does not. */
const TROUBLE_MS = 20_000;
const SHOWN_MAX = 10_000;

export interface FollowRequest {
  readonly api: Api;
  readonly screen: Screen;
  /** Only what happens from here on is shown, in milliseconds since the epoch. */
  readonly sinceMs: number;
  /** Stop when nothing can move without a person. */
  readonly once: boolean;
  readonly waitForPeople: boolean;
  readonly signal: AbortSignal;
}

/** Shows what happens until it is idle (with `once`) or told to stop. Returns the last scene, null before the first. */
export async function follow(request: FollowRequest): Promise<Scene | null> {
  const { api, screen, signal } = request;
  let offset = `${request.sinceMs}-0`;
  let scene: Scene | null = null;
  let wellAt = Date.now();
  const isNews = createNewsFilter();
  while (!signal.aborted) {
    const seen = await look(api, offset);
    if (seen !== null) {
      ({ scene, offset } = seen);
      screen.events(seen.events.filter(isNews));
      screen.workflows(scene.workflows.filter((one) => isCurrent(one, request.sinceMs)));
      if (!scene.projects.some(hasTrouble)) wellAt = Date.now();
      const isTroubleLasting = Date.now() - wellAt > TROUBLE_MS;
      if (request.once && isIdle({ ...request, scene, isTroubleLasting, nowMs: Date.now() })) return scene;
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return scene;
}

/** A fact that was told twice until the record absorbed it is one line. Forgets what is long past. */
function createNewsFilter(): (relayed: RelayedEvent) => boolean {
  const shown = new Set<string>();
  return ({ event }) => {
    if (shown.has(event.id)) return false;
    if (shown.size >= SHOWN_MAX) shown.clear();
    shown.add(event.id);
    return true;
  };
}

/** Null while the orchestrator is away: it is started again, and this is asked again. */
async function look(api: Api, offset: string) {
  try {
    // Projects first: an intake pass that is seen here saw no less than the workflows read after it.
    const projects = await api.projects();
    const workflows = await api.workflows();
    const events = await api.eventsAfter(offset);
    return { scene: { workflows, projects }, events, offset: events.at(-1)?.offset ?? offset };
  } catch {
    return null;
  }
}

function isCurrent(state: Scene['workflows'][number], sinceMs: number): boolean {
  return !hasWorkflowEnded(state.status) || (state.endedAt !== null && Date.parse(state.endedAt) >= sinceMs);
}
