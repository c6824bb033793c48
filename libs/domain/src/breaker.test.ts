import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  admitCall,
  afterBreakOff,
  afterFailure,
  afterSuccess,
  BREAKER_DEFAULTS,
  type BreakerState,
  CLOSED,
  isServiceTrouble,
} from './breaker.ts';
import { ERROR_CLASSES } from './errors.ts';
import { codeWords } from './testing/markdown-table.ts';
import { seededRandom } from './testing/random.ts';

const PAPER = readFileSync(join(import.meta.dirname, '../../../docs/states.md'), 'utf8');
const SETTINGS = { failuresMax: 5, windowMs: 60_000, openMs: 300_000 };
const WHY = 'it does not answer';

/** Fails at each of these moments. */
function failAt(momentsMs: readonly number[], state: BreakerState = CLOSED): BreakerState {
  return momentsMs.reduce((before, nowMs) => afterFailure(before, SETTINGS, { why: WHY, nowMs }), state);
}

const OPEN = failAt([0, 1, 2, 3, 4]);
const UNTIL_MS = 300_004;

/** The state after a call was let through, or a failed expectation. */
function admitted(state: BreakerState, nowMs: number): BreakerState {
  const admission = admitCall(state, SETTINGS, nowMs);
  if (!admission.admitted) throw new Error(`refused at ${nowMs}`);
  return admission.state;
}

describe('a circuit', () => {
  it('tries the next call when its trial was broken off; at any other time that says nothing', () => {
    const onTrial = admitted(OPEN, UNTIL_MS);
    expect(admitted(afterBreakOff(onTrial, UNTIL_MS + 1), UNTIL_MS + 1).status).to.equal('half-open');
    expect(afterBreakOff(OPEN, 10)).to.equal(OPEN);
    expect(afterBreakOff(CLOSED, 10)).to.equal(CLOSED);
  });

  it('has the figures of the requirements by default', () => {
    expect(BREAKER_DEFAULTS).to.deep.equal(SETTINGS);
  });

  it('opens with the fifth failure within a minute, and says until when and why', () => {
    expect(failAt([0, 1, 2, 3])).to.include({ status: 'closed' });
    expect(OPEN).to.deep.equal({ status: 'open', untilMs: UNTIL_MS, why: WHY });
    expect(failAt([0, 1, 2, 3, 59_999])).to.include({ status: 'open' });
  });

  it('forgets failures that are a minute old', () => {
    expect(failAt([0, 1, 2, 3, 60_000])).to.deep.equal({
      status: 'closed',
      failuresAt: [1, 2, 3, 60_000],
    });
    expect(failAt([0, 20_000, 40_000, 60_000, 80_000, 100_000])).to.include({ status: 'closed' });
  });

  it('lets calls through while it is closed, and a success changes nothing', () => {
    const state = failAt([0, 1]);
    expect(admitCall(state, SETTINGS, 2)).to.deep.equal({ admitted: true, state });
    expect(afterSuccess(state)).to.equal(state);
  });

  it('refuses every call while it is open, and says until when', () => {
    const refused = { admitted: false, untilMs: UNTIL_MS, why: WHY };
    expect(admitCall(OPEN, SETTINGS, 5)).to.deep.equal(refused);
    expect(admitCall(OPEN, SETTINGS, UNTIL_MS - 1)).to.deep.equal(refused);
  });

  it('lets one call try when its time is over, and no other until something is heard of it', () => {
    const trial = admitted(OPEN, UNTIL_MS);
    expect(trial).to.deep.equal({ status: 'half-open', untilMs: UNTIL_MS + 300_000, why: WHY });
    expect(admitCall(trial, SETTINGS, UNTIL_MS)).to.include({ admitted: false, untilMs: UNTIL_MS + 300_000 });
    expect(afterSuccess(trial)).to.equal(CLOSED);
    expect(failAt([UNTIL_MS + 10], trial)).to.include({ status: 'open', untilMs: UNTIL_MS + 300_010 });
  });

  it('lets another one try when nobody heard of the first', () => {
    const trial = admitted(OPEN, UNTIL_MS);
    const again = admitted(trial, UNTIL_MS + 300_000);
    expect(again).to.include({ status: 'half-open', untilMs: UNTIL_MS + 600_000 });
  });

  it('is neither closed nor kept open longer by calls that were under way when it opened', () => {
    expect(afterSuccess(OPEN)).to.equal(OPEN);
    expect(failAt([100, 200], OPEN)).to.equal(OPEN);
  });

  it('never remembers more failures than open it, whatever happens', () => {
    const random = seededRandom(7);
    let state = CLOSED;
    let nowMs = 0;
    const seen = new Set<string>();
    for (let call = 0; call < 5000; call += 1) {
      nowMs += Math.floor(random() * 30_000);
      const admission = admitCall(state, SETTINGS, nowMs);
      if (!admission.admitted) expect(admission.untilMs).to.be.greaterThan(nowMs);
      if (admission.admitted) state = admission.state;
      state = random() < 0.7 ? failAt([nowMs], state) : afterSuccess(state);
      seen.add(state.status);
      if (state.status === 'closed') expect(state.failuresAt.length).to.be.lessThan(SETTINGS.failuresMax);
    }
    expect([...seen]).to.include.members(['closed', 'open']);
  });

  it('counts the classes that docs/states.md names, and no other', () => {
    const sentence = PAPER.split('\n').find((line) => line.includes('Classes that count:')) ?? '';
    const counted = codeWords(sentence.slice(sentence.indexOf('Classes that count:')));
    expect(ERROR_CLASSES.filter(isServiceTrouble).toSorted()).to.deep.equal(counted.toSorted());
  });
});
