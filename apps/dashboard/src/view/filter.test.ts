import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { countByStatus, isStatus, matches, NO_FILTER } from './filter.ts';

const state = createStory()
  .tell(0, 'WORKFLOW.STATE.CREATED', {
    data: { issue: 42, title: 'Slugify drops <b>letters</b>', project: 'textkit' },
  })
  .state();

describe('the filter of the list', () => {
  it('lets everything pass that it does not name', () => {
    expect(matches(state, NO_FILTER)).to.equal(true);
    expect(matches(state, { status: 'pending', project: 'textkit', text: '' })).to.equal(true);
    expect(matches(state, { ...NO_FILTER, status: 'running' })).to.equal(false);
    expect(matches(state, { ...NO_FILTER, project: 'webshop' })).to.equal(false);
  });

  it('finds words wherever they stand, in any order, whatever their case', () => {
    for (const text of ['slugify', 'LETTERS drops', '#42', 'demo-1', '  ', '<b>', 'free slot']) {
      expect(matches(state, { ...NO_FILTER, text }), text).to.equal(true);
    }
    for (const text of ['slugify accents', '#43', '.*']) {
      expect(matches(state, { ...NO_FILTER, text }), text).to.equal(false);
    }
  });

  it('counts by status and knows the words', () => {
    expect(countByStatus([state]).get('pending')).to.equal(1);
    expect(countByStatus([state]).get('failed')).to.equal(0);
    expect([isStatus('paused'), isStatus('broken'), isStatus('')]).to.deep.equal([true, false, false]);
  });
});
