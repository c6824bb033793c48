import type { AnyEvent } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { CHAIN_START, canonicalJson, hashEvent } from './chain.ts';
import { type ChainedEvent, verifyChain } from './index.ts';

function buildChain(length: number): ChainedEvent[] {
  let prevHash = CHAIN_START;
  return Array.from({ length }, (_, index) => {
    const event = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: `reason ${index}` });
    const link = { seq: index + 1, prevHash, hash: hashEvent(prevHash, event), event };
    prevHash = link.hash;
    return link;
  });
}

describe('chain', () => {
  it('accepts an untouched chain, and an empty one', () => {
    expect(verifyChain(buildChain(5))).to.deep.equal({ ok: true });
    expect(verifyChain([])).to.deep.equal({ ok: true });
  });

  it('names the event that was changed', () => {
    const chain = buildChain(5);
    const tampered = chain.map((link) =>
      link.seq === 3 ? { ...link, event: buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'other' }) } : link,
    );
    expect(verifyChain(tampered)).to.deep.equal({ ok: false, seq: 3 });
  });

  it('names the event after which a changed one was hashed anew', () => {
    const chain = buildChain(5);
    const event = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'other' });
    const tampered = chain.map((link) =>
      link.seq === 3 ? { ...link, event, hash: hashEvent(link.prevHash, event) } : link,
    );
    expect(verifyChain(tampered)).to.deep.equal({ ok: false, seq: 4 });
  });

  it('sees a missing, a moved and an added event', () => {
    const chain = buildChain(5);
    expect(verifyChain(chain.slice(1))).to.deep.equal({ ok: false, seq: 1 });
    expect(verifyChain(chain.toSpliced(2, 1))).to.deep.equal({ ok: false, seq: 3 });
    expect(verifyChain(chain.toReversed())).to.deep.equal({ ok: false, seq: 1 });
    expect(verifyChain([...chain, ...chain.slice(-1)])).to.deep.equal({ ok: false, seq: 6 });
  });
});

describe('canonical JSON', () => {
  it('is the same text whatever the order of the keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true })).to.equal(
      canonicalJson({ a: true, b: [1, { c: 'x', d: null }] }),
    );
    expect(canonicalJson({ b: 1, a: 'ż"\n' })).to.equal('{"a":"ż\\"\\n","b":1}');
  });

  it('is, but for the order of the keys, what JSON says', () => {
    const values = ['', 'a b', '\u2028 "\\ \u0000 ż 🐢', 0, -0, 1e21, 0.1, true, null, [], {}, [[{}], null]];
    for (const value of values) expect(canonicalJson(value)).to.equal(JSON.stringify(value));
    expect(canonicalJson({ 10: 1, 9: 2, 'a-b': 3, ä: 4, A: 5 })).to.equal(
      '{"10":1,"9":2,"A":5,"a-b":3,"ä":4}',
    );
    expect(canonicalJson(JSON.parse('{"__proto__":{"x":1},"a":"\\n"}'))).to.equal(
      '{"__proto__":{"x":1},"a":"\\n"}',
    );
  });

  it('gives the hash that is on record from earlier versions', () => {
    const event: AnyEvent = {
      id: 'x',
      type: 'TASK.INTERRUPTED.SUCCESS',
      data: { why: 'ż "quoted"\n' },
      at: '2026-01-01T00:00:00.000Z',
      actor: { kind: 'worker', id: 'w' },
      tags: { b: '1', a: '2' },
      metadata: { schemaVersion: 1, source: 'worker' },
    };
    expect(hashEvent(CHAIN_START, event)).to.equal(
      '9ed4557a9df6bc748410da8fb09525db8c548bc980624eab128b0066c8d97ee6',
    );
  });

  it('leaves out what JSON leaves out', () => {
    expect(canonicalJson({ a: undefined, b: -0 })).to.equal('{"b":0}');
  });
});
