import type { Capability } from '@tamma/domain';
import { spineOf } from '@tamma/workflow';
import { openBareProducer } from './bare.ts';
import { headOf } from './head.ts';
import type { House } from './house.ts';
import { type Orchestrator, openOrchestrator } from './orchestrator.ts';
import { nothingSchema, type Rung } from './protocol.ts';
import { type Recording, startRecording } from './recording.ts';
import { startRelaying } from './relaying.ts';
import type { Workload } from './workload.ts';

/** What the dashboard's list of workflows is told of a run without trouble. */
const WATCHED_BY_LIST: readonly string[] = [
  'WORKFLOW.STATE.CREATED',
  'WORKFLOW.STARTED.SUCCESS',
  'WORKFLOW.COMPLETED.SUCCESS',
  'PHASE.STARTED.SUCCESS',
  'TASK.DEQUEUED.SUCCESS',
  'TASK.COMPLETED.SUCCESS',
];

export interface SiteOptions {
  readonly rung: Rung;
  readonly prefix: string;
  readonly workload: Workload;
  /** Attempts at once, of each queue. */
  readonly concurrency: number;
  /** Queues that nobody consumes; none. */
  readonly without?: readonly Capability[];
  /** Names of the events that the watcher asks for; those of the dashboard's list. */
  readonly watched?: readonly string[];
}

/** All that takes part in a rung, up. */
export interface Site extends AsyncDisposable {
  readonly side: House['worker'];
  readonly recording: Recording | null;
  readonly orchestrator: Orchestrator | null;
  submit(issue: number): Promise<void>;
}

export async function openSite(house: House, options: SiteOptions): Promise<Site> {
  const { rung, prefix, workload, concurrency, without = [], watched = WATCHED_BY_LIST } = options;
  const { redisUrl, store } = house;
  await using stack = new AsyncDisposableStack();
  const side = rung === 'bare' ? house.bareWorker : house.worker;
  await side.call(
    { ask: 'consume', rung, redisUrl, prefix, concurrency, without: [...without] },
    nothingSchema,
  );
  stack.defer(async () => void (await side.call({ ask: 'rest' }, nothingSchema)));
  if (rung === 'bare') {
    const producer = stack.use(await openBareProducer(redisUrl, prefix));
    const submit = (issue: number) => producer.add(spineOf(headOf(workload, issue)));
    return siteOf(stack.move(), { side, submit, recording: null, orchestrator: null });
  }
  const orchestrator = stack.use(await openOrchestrator({ rung, redisUrl, prefix, store, workload }));
  const isRecorded = rung === 'record' || rung === 'relay';
  const recording = isRecorded ? stack.use(await startRecording(orchestrator, store)) : null;
  if (rung === 'relay' && recording !== null) {
    const { settledOffset } = recording;
    const { eventLog } = orchestrator;
    const relaying = stack.use(await startRelaying({ redisUrl, prefix, eventLog, store, settledOffset }));
    const { watcher } = house;
    await watcher.call({ ask: 'watch', port: relaying.port, events: [...watched] }, nothingSchema);
    stack.defer(async () => void (await watcher.call({ ask: 'rest' }, nothingSchema)));
  }
  return siteOf(stack.move(), { side, submit: orchestrator.submit, recording, orchestrator });
}

function siteOf(owned: AsyncDisposableStack, site: Omit<Site, typeof Symbol.asyncDispose>): Site {
  return { ...site, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
