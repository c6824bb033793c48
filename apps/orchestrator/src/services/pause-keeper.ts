import type { QueuePause, QueuePauses } from '@tamma/coordination';
import { type AnyEvent, CAPABILITIES, type Capability } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { FlowQueue } from '@tamma/queue';
import type { RecordReader } from '@tamma/store';
import { orchestratorEvent } from '../use-cases/facts.ts';

const TYPES = ['QUEUE.PAUSED.SUCCESS', 'QUEUE.RESUMED.SUCCESS'] as const;
const PAGE = 1000;
/** People pause and resume a few times a day. */
const PAGES_MAX = 100;

export interface PauseKeeperOptions {
  readonly pauses: QueuePauses;
  readonly queue: Pick<FlowQueue, 'pause'>;
  readonly reader: Pick<RecordReader, 'listEvents'>;
  readonly eventLog: Pick<EventLog, 'readAfter' | 'append'>;
  readonly now: () => number;
}

export interface PauseKeeper {
  /** Pauses again what Redis let loose when it was lost: only a person lifts a pause. Does nothing unless it is due. */
  runOnce(): Promise<void>;
  /** Redis was lost, and the pauses with it. */
  forget(): void;
}

export function createPauseKeeper(options: PauseKeeperOptions): PauseKeeper {
  let isDue = false;
  return {
    runOnce: async () => {
      if (!isDue) return;
      await pauseAgain(options);
      isDue = false;
    },
    forget: () => {
      isDue = true;
    },
  };
}

async function pauseAgain(options: PauseKeeperOptions): Promise<void> {
  const { pauses, queue, eventLog, now } = options;
  const told = await readTold(options);
  for (const pause of pausesIn(told)) {
    if (!(await pauses.add(pause))) continue;
    await queue.pause(pause.queue);
    const difference = `queue ${pause.queue} was paused by ${pause.by}, and Redis did not know it`;
    const data = { difference, repair: 'it was paused again' };
    const id = `queue.${pause.queue}.repaired.${now()}`;
    const fact = { type: 'RECONCILIATION.REPAIRED.SUCCESS', data } as const;
    await eventLog.append([orchestratorEvent(id, fact, { nowMs: now() })]);
  }
}

/** What is on record, and what the log that is left holds beyond it; oldest first. */
async function readTold({ reader, eventLog }: PauseKeeperOptions): Promise<readonly AnyEvent[]> {
  const told: AnyEvent[] = [];
  let since = '0-0';
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const part = await reader.listEvents({ types: TYPES, since, limit: PAGE });
    told.push(...part.map(({ event }) => event));
    since = part.at(-1)?.offset ?? since;
    if (part.length < PAGE) break;
  }
  const entries = await eventLog.readAfter(since, PAGE);
  return [...told, ...entries.flatMap((entry) => ('event' in entry ? [entry.event] : []))];
}

/** The pauses that nobody has lifted. Pure. */
function pausesIn(events: readonly AnyEvent[]): readonly QueuePause[] {
  const pauses = new Map<Capability, QueuePause>();
  for (const { type, data, actor, at: since } of events) {
    if (type !== 'QUEUE.PAUSED.SUCCESS' && type !== 'QUEUE.RESUMED.SUCCESS') continue;
    for (const queue of data.queue === 'all' ? CAPABILITIES : [data.queue]) {
      if (type === 'QUEUE.RESUMED.SUCCESS') pauses.delete(queue);
      else if (!pauses.has(queue)) pauses.set(queue, { queue, by: actor.id, why: data.why, since });
    }
  }
  return [...pauses.values()];
}
