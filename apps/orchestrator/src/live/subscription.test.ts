import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { type AnyLiveMessage, nameEvent } from './delivery.ts';
import type { PastPage, PlacedEvent } from './read-on.ts';
import { Subscription } from './subscription.ts';
import { buildEvents, WORKFLOW } from './testing/events.ts';

const EMPTY: PastPage = { items: [], next: null };

/** A subscription whose log, others and client do what a test says, step by step. */
function openStage() {
  const sent: string[] = [];
  const stage = {
    livePlace: '0-0',
    isBehind: false,
    hasListener: false,
    reads: 0,
    pages: (_since: string): PastPage => EMPTY,
    sent,
  };
  const reading = {
    audience: {
      add: () => {
        stage.hasListener = true;
      },
      delete: () => {
        stage.hasListener = false;
      },
    },
    livePlace: () => stage.livePlace,
    lastOffset: async () => '1000-0',
    readOn: async (since: string) => {
      stage.reads += 1;
      return stage.pages(since);
    },
    onTrouble: () => {},
  };
  const outbox = {
    size: () => 0,
    isBehind: () => stage.isBehind,
    hasRoom: () => true,
    room: async () => true,
  };
  const subscription = new Subscription({
    topic: { workflowId: WORKFLOW },
    reading,
    outbox,
    send: (message: AnyLiveMessage) => void sent.push('offset' in message ? message.offset : message.type),
    giveUp: (why) => void sent.push(why),
    limits: { readTries: 3, readRestMs: 1 },
  });
  return { stage, subscription };
}

function placed(offset: string): PlacedEvent {
  const [event] = buildEvents(1);
  if (event === undefined) throw new Error('there is no event');
  return { offset, event };
}

function page(...offsets: string[]): PastPage {
  return { items: offsets.map(placed), next: offsets.at(-1) ?? null };
}

describe('subscription', () => {
  it('reads again when the others were told of something while it read', async () => {
    const { stage, subscription } = openStage();
    stage.livePlace = '5-0';
    stage.pages = (since) => {
      if (stage.reads > 1) return since === '5-0' ? page('6-0') : EMPTY;
      // The others get 6-0 after this read found nothing, and before it is answered.
      stage.livePlace = '6-0';
      return EMPTY;
    };
    subscription.begin('5-0');
    await eventually('it listens', () => stage.hasListener);
    expect(stage.sent).to.deep.equal(['6-0']);
    subscription.hear(nameEvent(placed('6-0')), '5-0');
    subscription.hear(nameEvent(placed('7-0')), '6-0');
    expect(stage.sent).to.deep.equal(['6-0', '7-0']);
  });

  it('does not read without end when the log ends before the place of the others', async () => {
    const { stage, subscription } = openStage();
    stage.livePlace = '9-0';
    subscription.begin('5-0');
    await eventually('it listens', () => stage.hasListener);
    expect(stage.reads).to.equal(1);
    subscription.hear(nameEvent(placed('10-0')), '9-0');
    expect(stage.sent).to.deep.equal(['10-0']);
  });

  it('reads on by itself from where its client fell behind', async () => {
    const { stage, subscription } = openStage();
    subscription.begin(undefined);
    subscription.hear(nameEvent(placed('1-0')), '0-0');
    stage.isBehind = true;
    stage.livePlace = '3-0';
    stage.pages = (since) => (since === '1-0' ? page('2-0', '3-0') : EMPTY);
    subscription.hear(nameEvent(placed('2-0')), '1-0');
    expect(stage.hasListener, 'it does not listen meanwhile').to.equal(false);
    stage.isBehind = false;
    await eventually('it listens again', () => stage.hasListener);
    subscription.hear(nameEvent(placed('3-0')), '2-0');
    subscription.hear(nameEvent(placed('4-0')), '3-0');
    expect(stage.sent).to.deep.equal(['1-0', '2-0', '3-0', '4-0']);
  });

  it('says nothing more once it is over, also when a page comes late', async () => {
    const { stage, subscription } = openStage();
    const late = Promise.withResolvers<void>();
    stage.pages = () => {
      subscription.end();
      late.resolve();
      return page('1-0');
    };
    subscription.begin('0-0');
    await late.promise;
    await eventually('the page was handled', () => Promise.resolve(true));
    expect(stage).to.deep.include({ sent: [], hasListener: false });
  });
});
