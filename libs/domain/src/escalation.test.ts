import { expect } from 'chai';
import { ERROR_CLASSES, type ErrorClass } from './errors.ts';
import {
  decideHold,
  ESCALATION_LEVELS,
  escalationLevelAt,
  escalationLevelName,
  HOLD_MS,
  HOLDS_MAX,
} from './escalation.ts';

const WEEK_MS = 7 * 86_400_000;

/** The level after this part of the time, 0 to 1. */
function levelAfter(part: number, errorClass: ErrorClass = 'network'): number {
  return escalationLevelAt({
    errorClass,
    sinceMs: 1000,
    untilMs: 1000 + WEEK_MS,
    nowMs: 1000 + part * WEEK_MS,
  });
}

describe('the level of an escalation', () => {
  it('rises as nobody answers: on-call, the lead after a quarter, everybody after three', () => {
    expect([0, 0.24, 0.25, 0.74, 0.75, 1, 9].map((part) => levelAfter(part))).to.deep.equal([
      2, 2, 3, 3, 4, 4, 4,
    ]);
  });

  it('begins with the lead when the machine itself is in trouble', () => {
    expect([0, 0.25, 0.75].map((part) => levelAfter(part, 'system'))).to.deep.equal([3, 4, 4]);
  });

  it('never falls as time passes, and stays within the four, whatever the class', () => {
    for (const errorClass of ERROR_CLASSES) {
      const levels = Array.from({ length: 101 }, (_, i) => levelAfter(i / 100, errorClass));
      expect(levels).to.deep.equal(levels.toSorted((a, b) => a - b));
      expect(new Set(levels).size).to.be.within(2, 3);
    }
  });

  it('is the highest when there is no time at all, and the first one for a clock that went back', () => {
    const noTime = { errorClass: 'network', sinceMs: 5, untilMs: 5, nowMs: 5 } as const;
    expect(escalationLevelAt(noTime)).to.equal(4);
    expect(levelAfter(-3)).to.equal(2);
  });

  it('has a name', () => {
    expect([1, 2, 3, 4].map(escalationLevelName)).to.deep.equal([...ESCALATION_LEVELS]);
    expect(escalationLevelName(0)).to.equal('on-call');
    expect(escalationLevelName(5)).to.equal('on-call');
  });
});

describe('a hold', () => {
  it('is for trouble that may pass by itself, three times, five minutes each', () => {
    expect([HOLDS_MAX, HOLD_MS]).to.deep.equal([3, 300_000]);
    for (const errorClass of ERROR_CLASSES) {
      const holds = [0, 1, 2, 3, 4].map((count) => decideHold(errorClass, count)?.forMs ?? null);
      const mayPass = errorClass === 'network' || errorClass === 'rate-limit';
      expect(holds, errorClass).to.deep.equal(
        mayPass ? [HOLD_MS, HOLD_MS, HOLD_MS, null, null] : [null, null, null, null, null],
      );
    }
  });
});
