import { toError } from '@tamma/domain';
import { restMsAfter } from '@tamma/process';
import type { Delivery, Inbox } from '@tamma/store';
import { looksOf } from '../webhooks/event-looks.ts';
import type { Numbers } from './reviews.ts';

/** Deliveries taken at once; they make one look of each kind for each project. */
const TAKEN_MAX = 500;
/** Polling has seen by then what a look that always fails does not show. */
const GIVE_UP_MS = 600_000;
const REST_MS = 1000;
/**
 * Between two looks at one project that cost many calls, and twice as long as the last one took: a build tells of itself
 * hundreds of times, and strangers may write as many issues as they like. What people command is heard at once.
 */
const COSTLY_REST_MS = 3000;
const COSTLY_REST_TIMES = 2;
const FORGET_EVERY_MS = 3_600_000;
const KEPT_MS = 30 * 86_400_000;
const FORGOTTEN_MAX = 1000;

export interface InboxReaderOptions {
  readonly inbox: Pick<Inbox, 'listUnhandled' | 'markHandled' | 'forgetDeliveries'>;
  readonly lookAtIssues: (project: string) => Promise<void>;
  readonly lookAtComments: (project: string) => Promise<void>;
  readonly lookAtChanges: (project: string, numbers: Numbers) => Promise<void>;
  readonly now: () => number;
  /** Told of each project whose look failed; it is tried again. */
  readonly onFailure: (about: string, error: Error) => void;
}

/** Looks where deliveries point, and marks them as handled afterwards: a leader that dies in between leaves them to the next. */
export function createInboxReader(options: InboxReaderOptions): { runOnce(): Promise<void> } {
  const rests = new Map<string, Rest>();
  const costlyFrom = new Map<string, number>();
  let forgottenAt = Number.NEGATIVE_INFINITY;

  /** What is left for later stays in the inbox. */
  const dueOf = (project: string, deliveries: readonly Delivery[]) => {
    const isResting = options.now() < (costlyFrom.get(project) ?? 0);
    return isResting ? deliveries.filter((one) => !isCostly(one)) : deliveries;
  };

  const look = async (project: string, deliveries: readonly Delivery[]) => {
    const beganMs = options.now();
    try {
      await lookAround(options, project, deliveries);
    } finally {
      const endMs = options.now();
      const restMs = Math.max(COSTLY_REST_MS, COSTLY_REST_TIMES * (endMs - beganMs));
      if (deliveries.some(isCostly)) costlyFrom.set(project, endMs + restMs);
    }
  };

  const handle = async (project: string, waiting: readonly Delivery[]) => {
    const deliveries = dueOf(project, waiting);
    if (deliveries.length === 0) return;
    try {
      await look(project, deliveries);
      rests.delete(project);
      await markHandled(options, deliveries);
    } catch (thrown) {
      options.onFailure(`deliveries of ${project}`, toError(thrown));
      const failures = (rests.get(project)?.failures ?? 0) + 1;
      rests.set(project, { failures, untilMs: options.now() + restMsAfter(failures, REST_MS) });
      await markHandled(
        options,
        deliveries.filter(({ receivedAt }) => isStale(receivedAt, options.now())),
      );
    }
  };

  const forget = async () => {
    if (options.now() - forgottenAt < FORGET_EVERY_MS) return;
    const before = new Date(options.now() - KEPT_MS).toISOString();
    const count = await options.inbox.forgetDeliveries(before, FORGOTTEN_MAX);
    if (count < FORGOTTEN_MAX) forgottenAt = options.now();
  };

  return {
    runOnce: async () => {
      // Whatever one project in trouble has piled up must not keep the others waiting.
      const resting = [...rests].filter(([, { untilMs }]) => options.now() < untilMs);
      const taken = await options.inbox.listUnhandled(
        TAKEN_MAX,
        resting.map(([project]) => project),
      );
      const byProject = Map.groupBy(taken, ({ project }) => project);
      await Promise.all([...byProject].map(([project, deliveries]) => handle(project, deliveries)));
      await forget();
    },
  };
}

interface Rest {
  readonly failures: number;
  readonly untilMs: number;
}

async function lookAround(
  options: InboxReaderOptions,
  project: string,
  deliveries: readonly Delivery[],
): Promise<void> {
  const looks = new Set(deliveries.flatMap(looksOf));
  if (looks.has('comments')) await options.lookAtComments(project);
  if (looks.has('changes')) await options.lookAtChanges(project, numbersOf(deliveries));
  if (looks.has('issues')) await options.lookAtIssues(project);
}

function isCostly(delivery: Delivery): boolean {
  return looksOf(delivery).some((look) => look !== 'comments');
}

function isAboutChanges(delivery: Delivery): boolean {
  return looksOf(delivery).includes('changes');
}

/** One that names none may be about any of them. */
function numbersOf(deliveries: readonly Delivery[]): Numbers {
  const about = deliveries.filter(isAboutChanges);
  const numbers = about.flatMap(({ number }) => number ?? []);
  return numbers.length < about.length ? 'all' : new Set(numbers);
}

function isStale(receivedAt: string, nowMs: number): boolean {
  return nowMs - Date.parse(receivedAt) > GIVE_UP_MS;
}

async function markHandled({ inbox }: InboxReaderOptions, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length > 0) await inbox.markHandled(deliveries.map(({ id }) => id));
}
