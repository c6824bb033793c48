import { compareOffsets } from '@tamma/contracts';
import { type AnyEvent, TammaError } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type EventConsumer, type EventLog, LOG_START, type LogEntry } from './event-log.ts';

/** One empty log of the test's own. */
export interface EventLogHarness extends AsyncDisposable {
  readonly log: EventLog;
  /** Puts a text into the log that no producer of ours would write. */
  appendText(text: string): Promise<void>;
}

const BRIEF_MS = 20;
/** Longer than a test may last: whoever waits it out fails. */
const PATIENT_MS = 300_000;
const BATCH = 100;

/** What every event log must do; each adapter's test calls it. */
export function describeEventLog(name: string, open: () => Promise<EventLogHarness>): void {
  describe(`${name}: append and read`, () => describeReading(open));
  describe(`${name}: consumer`, () => describeConsuming(open));
  describe(`${name}: tail`, () => describeFollowing(open));
  describe(`${name}: trimming`, () => describeTrimming(open));
}

function describeReading(open: () => Promise<EventLogHarness>): void {
  it('gives back what was appended, in order and unchanged', async () => {
    await using harness = await open();
    const events = buildEvents(5);
    await harness.log.append(events);
    const entries = await harness.log.readAfter(LOG_START, BATCH);
    expect(entries.map(eventOf)).to.deep.equal(events);
    expect(entries.map((entry) => entry.offset)).to.deep.equal(
      entries.map((entry) => entry.offset).toSorted(compareOffsets),
    );
  });

  it('appends once what several tell, whoever comes first', async () => {
    await using harness = await open();
    const [event, other] = buildEvents(2);
    if (event === undefined || other === undefined) throw new Error('two events were built');
    const told = await Promise.all(Array.from({ length: 20 }, () => harness.log.appendOnce(event)));
    expect(told.filter((isFirst) => isFirst)).to.have.length(1);
    expect(await harness.log.appendOnce(other)).to.equal(true);
    const entries = await harness.log.readAfter(LOG_START, BATCH);
    expect(entries.map(eventOf)).to.deep.equal([event, other]);
  });

  it('reads on after an offset, at most as many as asked', async () => {
    await using harness = await open();
    const events = buildEvents(5);
    await harness.log.append(events);
    const first = await harness.log.readAfter(LOG_START, 2);
    expect(idsOf(first)).to.deep.equal(idsOfEvents(events.slice(0, 2)));
    const rest = await harness.log.readAfter(first.at(-1)?.offset ?? '', BATCH);
    expect(idsOf(rest)).to.deep.equal(idsOfEvents(events.slice(2)));
    expect(await harness.log.readAfter(rest.at(-1)?.offset ?? '', BATCH)).to.deep.equal([]);
    expect(await harness.log.readAfter(LOG_START, 0)).to.deep.equal([]);
  });

  it('knows the first and the last offset', async () => {
    await using harness = await open();
    expect(await harness.log.firstOffset()).to.equal(null);
    expect(await harness.log.lastOffset()).to.equal(LOG_START);
    await harness.log.append(buildEvents(3));
    const entries = await harness.log.readAfter(LOG_START, BATCH);
    expect(await harness.log.firstOffset()).to.equal(entries[0]?.offset);
    expect(await harness.log.lastOffset()).to.equal(entries[2]?.offset);
  });

  it('keeps each of two interleaved appends together and in order', async () => {
    await using harness = await open();
    const batches = Array.from({ length: 20 }, () => buildEvents(7));
    await Promise.all(batches.map((batch) => harness.log.append(batch)));
    const ids = idsOf(await harness.log.readAfter(LOG_START, 1000));
    expect(ids).to.have.length(140);
    for (const batch of batches) {
      const wanted = idsOfEvents(batch);
      const begin = ids.indexOf(wanted[0] ?? '');
      expect(ids.slice(begin, begin + wanted.length)).to.deep.equal(wanted);
    }
  });

  it('refuses a whole append when one event is not in the catalogue', async () => {
    await using harness = await open();
    const [good] = buildEvents(1);
    const known = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'shutdown' });
    const bad: AnyEvent = Object.assign<AnyEvent, object>(known, { type: 'NOT.KNOWN.HERE' });
    const error = await rejection(harness.log.append(good === undefined ? [bad] : [good, bad]));
    expect(error).to.include({ code: 'EVENT_INVALID', class: 'validation' });
    expect(error.message).to.contain('NOT.KNOWN.HERE');
    expect(await harness.log.firstOffset()).to.equal(null);
  });

  it('hands a malformed entry on, with its text and the reason', async () => {
    await using harness = await open();
    await harness.appendText('{"half":');
    await harness.appendText('{"id":"x","type":"NOT.KNOWN.HERE"}');
    await harness.log.append(buildEvents(1));
    const entries = await harness.log.readAfter(LOG_START, BATCH);
    expect(entries.map((entry) => ('malformed' in entry ? entry.malformed : 'event'))).to.deep.equal([
      '{"half":',
      '{"id":"x","type":"NOT.KNOWN.HERE"}',
      'event',
    ]);
    for (const entry of entries.slice(0, 2)) expect(reasonOf(entry)).to.have.length.above(5);
  });

  for (const rubbish of ['', 'abc', '1', '1-', '-1-0', `${'9'.repeat(30)}-0`, "0-0' OR 1"]) {
    it(`refuses "${rubbish}" as an offset`, async () => {
      await using harness = await open();
      const error = await rejection(harness.log.readAfter(rubbish, 1));
      expect(error).to.include({ code: 'OFFSET_INVALID', class: 'validation' });
    });
  }
}

function describeConsuming(open: () => Promise<EventLogHarness>): void {
  it('delivers what was logged before it existed, then what comes', async () => {
    await using harness = await open();
    const [before, after] = [buildEvents(3), buildEvents(2)];
    await harness.log.append(before);
    const consumer = await harness.log.consumer('recorder');
    expect(idsOf(await take(consumer))).to.deep.equal(idsOfEvents(before));
    await harness.log.append(after);
    expect(idsOf(await take(consumer))).to.deep.equal(idsOfEvents(after));
  });

  it('waits for the first entry, and gives up in time', async () => {
    await using harness = await open();
    const consumer = await harness.log.consumer('recorder');
    expect(await consumer.next({ max: BATCH, waitMs: BRIEF_MS })).to.deep.equal([]);
    expect(await consumer.next({ max: BATCH, waitMs: 0 })).to.deep.equal([]);
    const waiting = consumer.next({ max: BATCH, waitMs: PATIENT_MS });
    const events = buildEvents(1);
    await harness.log.append(events);
    expect(idsOf(await waiting)).to.deep.equal(idsOfEvents(events));
  });

  it('gives at most as many as asked', async () => {
    await using harness = await open();
    await harness.log.append(buildEvents(5));
    const consumer = await harness.log.consumer('recorder');
    expect(await consumer.next({ max: 2, waitMs: BRIEF_MS })).to.have.length(2);
    expect(await consumer.next({ max: 2, waitMs: BRIEF_MS })).to.have.length(2);
    expect(await consumer.next({ max: 2, waitMs: BRIEF_MS })).to.have.length(1);
  });

  it('gives the next one of its name what died unacknowledged, first and in order', async () => {
    await using harness = await open();
    const events = buildEvents(6);
    await harness.log.append(events.slice(0, 5));
    const dying = await harness.log.consumer('recorder');
    const seen = await take(dying);
    await dying.acknowledge(seen.slice(0, 2).map((entry) => entry.offset));
    await dying.close();
    await harness.log.append(events.slice(5));
    const heir = await harness.log.consumer('recorder');
    const again = await heir.next({ max: 2, waitMs: BRIEF_MS });
    expect(idsOf(again)).to.deep.equal(idsOfEvents(events.slice(2, 4)));
    const rest = [...(await take(heir)), ...(await take(heir))];
    expect(idsOf(rest)).to.deep.equal(idsOfEvents(events.slice(4)));
  });

  it('does not give an acknowledged entry again', async () => {
    await using harness = await open();
    await harness.log.append(buildEvents(3));
    const first = await harness.log.consumer('recorder');
    await first.acknowledge((await take(first)).map((entry) => entry.offset));
    await first.close();
    const second = await harness.log.consumer('recorder');
    expect(await second.next({ max: BATCH, waitMs: BRIEF_MS })).to.deep.equal([]);
  });

  it('has a position for each name', async () => {
    await using harness = await open();
    const events = buildEvents(2);
    await harness.log.append(events);
    const recorder = await harness.log.consumer('recorder');
    await recorder.acknowledge((await take(recorder)).map((entry) => entry.offset));
    const counters = await harness.log.consumer('counters');
    expect(idsOf(await take(counters))).to.deep.equal(idsOfEvents(events));
  });

  it('counts what is not acknowledged, delivered or not', async () => {
    await using harness = await open();
    const consumer = await harness.log.consumer('recorder');
    expect(await consumer.lag()).to.equal(0);
    await harness.log.append(buildEvents(5));
    expect(await consumer.lag()).to.equal(5);
    const seen = await consumer.next({ max: 3, waitMs: BRIEF_MS });
    expect(await consumer.lag()).to.equal(5);
    await consumer.acknowledge(seen.map((entry) => entry.offset));
    expect(await consumer.lag()).to.equal(2);
  });

  it('knows up to where it has acknowledged everything', async () => {
    await using harness = await open();
    const consumer = await harness.log.consumer('recorder');
    expect(await consumer.settledOffset()).to.equal(LOG_START);
    await harness.log.append(buildEvents(4));
    expect(await harness.log.readAfter(await consumer.settledOffset(), BATCH)).to.have.length(4);
    const offsets = (await take(consumer)).map((entry) => entry.offset);
    await consumer.acknowledge([offsets[0] ?? '', offsets[2] ?? '']);
    const unsettled = await harness.log.readAfter(await consumer.settledOffset(), BATCH);
    expect(unsettled.map((entry) => entry.offset)).to.deep.equal(offsets.slice(1));
    await consumer.acknowledge(offsets);
    expect(await consumer.settledOffset()).to.equal(offsets[3]);
  });

  it('ends a wait when it is closed, and refuses to be read after', async () => {
    await using harness = await open();
    const consumer = await harness.log.consumer('recorder');
    const waiting = consumer.next({ max: BATCH, waitMs: PATIENT_MS });
    await consumer.close();
    expect(await waiting).to.deep.equal([]);
    await consumer.close();
    const error = await rejection(consumer.next({ max: BATCH, waitMs: BRIEF_MS }));
    expect(error.code).to.equal('CONSUMER_CLOSED');
  });

  it('delivers malformed entries like any other', async () => {
    await using harness = await open();
    await harness.appendText('rubbish');
    const consumer = await harness.log.consumer('recorder');
    const [entry] = await take(consumer);
    expect(entry).to.have.property('malformed', 'rubbish');
  });
}

function describeFollowing(open: () => Promise<EventLogHarness>): void {
  it('gives what lies after an offset, at most as many as asked, and says nothing of who else reads', async () => {
    await using harness = await open();
    const events = buildEvents(5);
    await harness.log.append(events);
    const tail = harness.log.tail();
    const first = await tail.next(LOG_START, { max: 2, waitMs: BRIEF_MS });
    expect(idsOf(first)).to.deep.equal(idsOfEvents(events.slice(0, 2)));
    const rest = await tail.next(first[1]?.offset ?? '', { max: BATCH, waitMs: 0 });
    expect(idsOf(rest)).to.deep.equal(idsOfEvents(events.slice(2)));
    const again = await harness.log.tail().next(LOG_START, { max: BATCH, waitMs: BRIEF_MS });
    expect(idsOf(again)).to.deep.equal(idsOfEvents(events));
  });

  it('waits for the first entry, and gives up in time', async () => {
    await using harness = await open();
    const tail = harness.log.tail();
    expect(await tail.next(LOG_START, { max: BATCH, waitMs: BRIEF_MS })).to.deep.equal([]);
    const waiting = tail.next(LOG_START, { max: BATCH, waitMs: PATIENT_MS });
    const events = buildEvents(1);
    await harness.log.append(events);
    expect(idsOf(await waiting)).to.deep.equal(idsOfEvents(events));
  });

  it('ends a wait when it is closed, or the log is, and refuses to be read after', async () => {
    await using harness = await open();
    const [one, other] = [harness.log.tail(), harness.log.tail()];
    const waiting = [one, other].map((tail) => tail.next(LOG_START, { max: 1, waitMs: PATIENT_MS }));
    await one.close();
    await one.close();
    await harness.log.close();
    expect(await Promise.all(waiting)).to.deep.equal([[], []]);
    const error = await rejection(one.next(LOG_START, { max: 1, waitMs: BRIEF_MS }));
    expect(error.code).to.equal('TAIL_CLOSED');
  });

  it('refuses rubbish as an offset', async () => {
    await using harness = await open();
    const error = await rejection(harness.log.tail().next('$', { max: 1, waitMs: BRIEF_MS }));
    expect(error.code).to.equal('OFFSET_INVALID');
  });
}

function describeTrimming(open: () => Promise<EventLogHarness>): void {
  it('removes what is acknowledged, up to the offset asked for', async () => {
    await using harness = await open();
    await harness.log.append(buildEvents(5));
    const consumer = await harness.log.consumer('recorder');
    const offsets = (await take(consumer)).map((entry) => entry.offset);
    await consumer.acknowledge(offsets);
    expect(await consumer.trimTo(offsets[2] ?? '')).to.equal(3);
    expect(await harness.log.firstOffset()).to.equal(offsets[3]);
    expect(await consumer.lag()).to.equal(0);
    expect(await consumer.trimTo(offsets[4] ?? '')).to.equal(2);
    expect(await harness.log.firstOffset()).to.equal(null);
    expect(await harness.log.lastOffset(), 'places are not forgotten').to.equal(offsets[4]);
  });

  it('never removes an entry that is not acknowledged', async () => {
    await using harness = await open();
    await harness.log.append(buildEvents(6));
    const consumer = await harness.log.consumer('recorder');
    const seen = await consumer.next({ max: 4, waitMs: BRIEF_MS });
    const offsets = seen.map((entry) => entry.offset);
    await consumer.acknowledge([offsets[0] ?? '', offsets[2] ?? '']);
    const last = await harness.log.lastOffset();
    expect(await consumer.trimTo(last)).to.equal(1);
    await consumer.acknowledge(offsets);
    expect(await consumer.trimTo(last)).to.equal(3);
    expect(await harness.log.readAfter(LOG_START, BATCH)).to.have.length(2);
    expect(await consumer.lag()).to.equal(2);
    expect(await take(consumer)).to.have.length(2);
  });

  it('removes nothing for a consumer that has read nothing', async () => {
    await using harness = await open();
    await harness.log.append(buildEvents(3));
    const consumer = await harness.log.consumer('recorder');
    expect(await consumer.trimTo(await harness.log.lastOffset())).to.equal(0);
    expect(await harness.log.readAfter(LOG_START, BATCH)).to.have.length(3);
  });
}

function take(consumer: EventConsumer): Promise<readonly LogEntry[]> {
  return consumer.next({ max: BATCH, waitMs: PATIENT_MS });
}

function buildEvents(count: number): AnyEvent[] {
  return Array.from({ length: count }, (_, index) =>
    buildEvent('TASK.PROGRESS.UPDATED', { percent: index, message: 'żółw 🐢 " \u0000' }),
  );
}

function eventOf(entry: LogEntry): AnyEvent | null {
  return 'event' in entry ? entry.event : null;
}

function idsOf(entries: readonly LogEntry[]): (string | undefined)[] {
  return entries.map((entry) => eventOf(entry)?.id);
}

function idsOfEvents(events: readonly AnyEvent[]): string[] {
  return events.map((event) => event.id);
}

function reasonOf(entry: LogEntry): string {
  return 'reason' in entry ? entry.reason : '';
}

async function rejection(promise: Promise<unknown>): Promise<TammaError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TammaError) return error;
    throw error;
  }
  throw new Error('it was expected to be refused');
}
