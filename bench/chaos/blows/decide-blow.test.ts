import { seededRandom } from '@tamma/domain/testing';
import { expect } from 'chai';
import { decideBlow, type Target } from './decide-blow.ts';

const TARGETS: readonly Target[] = [
  { name: 'worker-1', kind: 'worker' },
  { name: 'orchestrator-1', kind: 'orchestrator' },
  { name: 'redis', kind: 'redis' },
  { name: 'postgres', kind: 'postgres' },
];
const LOCK_MS = 3000;

function blowsOf(seed: number) {
  const random = seededRandom(seed);
  return Array.from({ length: 400 }, () => decideBlow({ targets: TARGETS, lockMs: LOCK_MS, random }));
}

describe('the choice of a blow', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(blowsOf(1)).to.deep.equal(blowsOf(1));
    expect(blowsOf(1)).to.not.deep.equal(blowsOf(2));
  });

  it('meets everybody, kills servers only, and freezes past the lock', () => {
    const blows = blowsOf(3).filter((blow) => blow !== null);
    expect(new Set(blows.map((blow) => blow.target)).size).to.equal(TARGETS.length);
    const frozen = blows.filter((blow) => blow.kind === 'freeze');
    expect(new Set(frozen.map((blow) => blow.target))).to.deep.equal(new Set(['worker-1', 'orchestrator-1']));
    expect(frozen.every(({ forMs }) => forMs > LOCK_MS && forMs < 3 * LOCK_MS)).to.equal(true);
    expect(blows.length - frozen.length).to.be.above(frozen.length);
  });

  it('takes the same numbers from the seed whoever is there', () => {
    let taken = 0;
    const random = () => {
      taken += 1;
      return 0.5;
    };
    expect(decideBlow({ targets: [], lockMs: LOCK_MS, random })).to.equal(null);
    const forNobody = taken;
    decideBlow({ targets: TARGETS, lockMs: LOCK_MS, random });
    expect(taken).to.equal(2 * forNobody);
  });
});
