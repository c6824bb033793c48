import { EVENT_FIELD, encodeEvent } from '@tamma/contracts';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { createEntryReader, type StreamEntry } from './stream-entry.ts';

function entryOf(offset: string, why: string): StreamEntry {
  return [offset, [EVENT_FIELD, encodeEvent(buildEvent('TASK.INTERRUPTED.SUCCESS', { why }))]];
}

describe('entry reader', () => {
  it('gives the readers of one process the same event', () => {
    const read = createEntryReader();
    const entry = entryOf('1-0', 'a');
    expect(read(entry)).to.equal(read(['1-0', [...(entry[1] ?? [])]]));
    expect(read(entry)).to.have.nested.property('event.data.why', 'a');
  });

  it('reads a place anew that holds something else by now', () => {
    const read = createEntryReader();
    read(entryOf('1-0', 'a'));
    expect(read(entryOf('1-0', 'b'))).to.have.nested.property('event.data.why', 'b');
    expect(read(['1-0', null])).to.have.property('reason', 'it was deleted before it was acknowledged');
    expect(read(['1-0', ['other', 'x']])).to.have.property('reason', 'it has no field "event"');
  });

  it('keeps no more than it may, and nothing that is long', () => {
    const read = createEntryReader(2);
    const entries = ['1-0', '2-0', '3-0'].map((offset) => entryOf(offset, offset));
    const [first, second, third] = entries.map(read);
    expect(entries.map(read).map((one, index) => one === [first, second, third][index])).to.deep.equal([
      false,
      false,
      false,
    ]);
    const long = entryOf('4-0', 'x'.repeat(5000));
    expect(read(long)).to.deep.equal(read(long));
    expect(read(long)).not.to.equal(read(long));
  });
});
