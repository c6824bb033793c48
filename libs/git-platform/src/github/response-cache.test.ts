import { expect } from 'chai';
import { createResponseCache } from './response-cache.ts';

const KIB = 1024;

function entry(kib: number) {
  return { etag: `"${kib}"`, status: 200, headers: new Headers(), body: new Uint8Array(kib * KIB) };
}

describe('cache of answers', () => {
  it('forgets what was asked for longest ago when there are too many', () => {
    const cache = createResponseCache({ entriesMax: 2, bytesMax: 1000 * KIB });
    cache.write('one', entry(1));
    cache.write('two', entry(1));
    cache.read('one');
    cache.write('three', entry(1));
    expect(['one', 'two', 'three'].map((key) => cache.read(key) !== null)).to.deep.equal([true, false, true]);
  });

  it('forgets as much as has to go when there are too many bytes', () => {
    const cache = createResponseCache({ entriesMax: 100, bytesMax: 100 * KIB });
    for (const key of ['a', 'b', 'c', 'd', 'e']) cache.write(key, entry(22));
    expect(['a', 'b', 'c', 'd', 'e'].map((key) => cache.read(key) !== null)).to.deep.equal([
      false,
      true,
      true,
      true,
      true,
    ]);
  });

  it('keeps no answer that would push all others out, nor the older one in its place', () => {
    const cache = createResponseCache({ entriesMax: 100, bytesMax: 100 * KIB });
    cache.write('a', entry(1));
    cache.write('b', entry(1));
    cache.write('b', entry(30));
    expect(cache.read('b')).to.equal(null);
    expect(cache.read('a')?.etag).to.equal('"1"');
  });
});
