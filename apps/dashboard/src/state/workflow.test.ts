import type { Explanation, RelayedEvent } from '@tamma/contracts';
import type { AnyEvent } from '@tamma/domain';
import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { Listener } from '../live/listeners.ts';
import { createFakeTimers } from '../testing/fake-timers.ts';
import { createCell } from './cell.ts';
import { watchWorkflow } from './workflow.ts';

const created = createStory().tell(0, 'WORKFLOW.STATE.CREATED');
const begun = created
  .tell(1, 'WORKFLOW.STARTED.SUCCESS')
  .tell(2, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake' });

const relay = (event: AnyEvent, offset: string): RelayedEvent => ({
  offset,
  event: { ...event, data: { ...event.data } },
});

/** Lets everything happen that one cause leads to. */
const LONG_MS = 60_000;

function bench(story: typeof created) {
  const { id, status, phase, currentStep, waitingFor } = story.state();
  const about = { workflowId: id, status, phase, currentStep, waitingFor };
  const nothing = { afterwards: null, lastError: null, nextAttemptAt: null, queue: null, approvalId: null };
  const explanation: Explanation = {
    ...about,
    ...nothing,
    summary: '',
    movers: [],
    escalation: null,
    blockedBy: [],
  };
  const recorded = story.events.map((event, place) => relay(event, `1-${place}`));
  const timers = createFakeTimers();
  const fleetNews = createCell(0);
  const listeners: Listener[] = [];
  let explained = 0;
  const watch = watchWorkflow(id, {
    timers,
    fleetNews,
    api: {
      events: async () => recorded,
      explain: async () => {
        explained += 1;
        return explanation;
      },
    },
    live: {
      subscribe: (_, listener) => {
        listeners.push(listener);
        return () => {};
      },
    },
  });
  const countAfter = async (cause: () => void): Promise<number> => {
    await timers.pass(LONG_MS);
    const before = explained;
    cause();
    await timers.pass(LONG_MS);
    return explained - before;
  };
  return { watch, fleetNews, countAfter, tell: (entry: RelayedEvent) => listeners[0]?.onEvent(entry) };
}

describe('one workflow, watched', () => {
  it('asks anew what keeps it when something happens to queues, workers or services', async () => {
    const { watch, fleetNews, countAfter } = bench(begun);
    expect(await countAfter(() => fleetNews.set(1))).to.be.within(1, 2);
    expect(await countAfter(() => {})).to.equal(0);
    watch.stop();
    expect(await countAfter(() => fleetNews.set(2))).to.equal(0);
  });

  it('asks anew what keeps it whenever it waits for something else, and not while a step runs', async () => {
    const { countAfter, tell } = bench(begun);
    const suspended = begun.tell(3, 'WORKFLOW.SUSPENDED.SUCCESS').events.at(-1);
    const progress = begun.tell(3, 'TASK.PROGRESS.UPDATED', { step: 'issue-intake' }).events.at(-1);
    if (suspended === undefined || progress === undefined) throw new Error('the story tells nothing');
    expect(await countAfter(() => tell(relay(progress, '2-1')))).to.equal(0);
    expect(await countAfter(() => tell(relay(suspended, '2-2')))).to.be.within(1, 2);
  });
});
