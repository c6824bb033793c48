import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { keepersOf } from './keepers.ts';

const KEEPER = { what: 'queue ai', why: 'paused by ada: lunch', since: null, until: null };

describe('what keeps a workflow', () => {
  const state = createStory().tell(0, 'WORKFLOW.STATE.CREATED').state();
  const { waitingFor } = state;

  it('is what the server said of this very wait', () => {
    expect(keepersOf(state, { waitingFor, blockedBy: [KEEPER] })).to.deep.equal([KEEPER]);
  });

  it('is not what its summary says already', () => {
    const escalation = { ...KEEPER, what: 'escalation' };
    const suspension = { ...KEEPER, what: 'suspension' };
    const asked = { waitingFor, blockedBy: [suspension, escalation, KEEPER] };
    const suspended = { by: 'ada', why: '', since: '', until: '' };
    expect(keepersOf({ waitingFor, suspended }, asked)).to.deep.equal([escalation, KEEPER]);
    expect(keepersOf(state, { ...asked, blockedBy: [escalation, KEEPER] })).to.deep.equal([KEEPER]);
  });

  it('is nothing yet while the server has said nothing of it', () => {
    const earlier = { reason: 'slot', since: '2020-01-01T00:00:00.000Z', until: null, why: '' } as const;
    expect(keepersOf(state, null)).to.deep.equal([]);
    expect(keepersOf(state, { waitingFor: null, blockedBy: [KEEPER] })).to.deep.equal([]);
    expect(keepersOf(state, { waitingFor: earlier, blockedBy: [KEEPER] })).to.deep.equal([]);
    expect(keepersOf({ ...state, waitingFor: null }, { waitingFor, blockedBy: [KEEPER] })).to.deep.equal([]);
  });
});
