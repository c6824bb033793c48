import { foldWorkflow } from '@tamma/domain';
import { expect } from 'chai';
import { buildBeginning } from '../../testing/fixtures.ts';
import { createStateCache } from './state-cache.ts';

const state = foldWorkflow(buildBeginning('demo-1.r1'));

function records(hash: string, ...ids: string[]) {
  return new Map(ids.map((id) => [id, { seq: 1, hash, state }]));
}

describe('state cache', () => {
  it('knows a state as long as the chain ends with the same hash', () => {
    const cache = createStateCache();
    expect(cache.find('a', 'h1')).to.equal(undefined);
    cache.keep(records('h1', 'a'));
    expect(cache.find('a', 'h1')).to.equal(state);
    expect(cache.find('a', 'h2'), 'somebody else wrote').to.equal(undefined);
    cache.keep(records('h2', 'a'));
    expect(cache.find('a', 'h1')).to.equal(undefined);
  });

  it('tells a workflow that has no state from one that it does not know', () => {
    const cache = createStateCache();
    cache.keep(new Map([['a', { seq: 1, hash: 'h', state: null }]]));
    expect(cache.find('a', 'h')).to.equal(null);
  });

  it('forgets those that were not recorded for the longest time', () => {
    const cache = createStateCache(2);
    cache.keep(records('h', 'a', 'b'));
    cache.keep(records('h', 'a'));
    cache.keep(records('h', 'c'));
    expect(['a', 'b', 'c'].map((id) => cache.find(id, 'h') !== undefined)).to.deep.equal([true, false, true]);
  });
});
