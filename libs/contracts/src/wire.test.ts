import { buildEvent, EVENT_TYPES, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { z } from 'zod';
import { decodeEvent, EVENT_LENGTH_MAX, encodeEvent, redisKeysOf } from './wire.ts';

function eventOfLength(length: number) {
  const { id, ...bare } = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: '' });
  const rest = length - JSON.stringify({ id, ...bare }).length;
  return buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x'.repeat(rest) }, { id });
}

describe('an event on the wire', () => {
  it('comes back as it was, whatever its type', () => {
    for (const type of EVENT_TYPES) {
      const event = buildEvent(type, SAMPLE_DATA[type]);
      expect(decodeEvent(encodeEvent(event))).to.deep.equal(event);
    }
  });

  it('keeps text that is hostile to formats', () => {
    const event = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: '"\\\n\u0000\u2028 żółw 🐢 </script>' });
    expect(decodeEvent(encodeEvent(event))).to.deep.equal(event);
  });

  it('fits up to the limit, and is refused by name beyond it', () => {
    const fitting = eventOfLength(EVENT_LENGTH_MAX);
    expect(encodeEvent(fitting)).to.have.length(EVENT_LENGTH_MAX);
    const tooLong = eventOfLength(EVENT_LENGTH_MAX + 1);
    expect(() => encodeEvent(tooLong)).to.throw(
      `event ${tooLong.id} (TASK.INTERRUPTED.SUCCESS) has 65537 characters, at most 65536 fit`,
    );
  });

  it('is refused before it is written when no reader could parse it', () => {
    const event = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x' });
    expect(() => encodeEvent(Object.assign({ ...event }, { data: { why: 7 } }))).to.throw(z.ZodError);
    expect(() => encodeEvent(Object.assign({ ...event }, { type: 'NOT.KNOWN.HERE' }))).to.throw(
      'NOT.KNOWN.HERE',
    );
  });

  it('is refused when it is rubbish', () => {
    expect(() => decodeEvent('{"half":')).to.throw(SyntaxError);
    expect(() => decodeEvent('{}')).to.throw(z.ZodError);
    expect(() => decodeEvent('null')).to.throw(z.ZodError);
  });
});

describe('names in Redis', () => {
  it('all begin with the prefix', () => {
    const keys = redisKeysOf('mine');
    expect([keys.events, keys.workers, keys.workflow('demo-1.r1')]).to.deep.equal([
      'mine:events',
      'mine:workers',
      'mine:wf:demo-1.r1',
    ]);
  });
});
