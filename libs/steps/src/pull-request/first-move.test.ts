import { expect } from 'chai';
import { type FirstMove, firstMove, type Standing } from './first-move.ts';

const OPEN = { state: 'open', mergeability: 'clean' } as const;
const FINE: Standing = {
  pullRequest: OPEN,
  isEdited: false,
  isRetargeted: false,
  hasBranch: true,
  missing: [],
  hasRival: false,
  isLagging: false,
  isStrict: false,
};
/** In the order of docs/states.md: each is done before all that stand below it. */
const FOUND: readonly {
  readonly what: string;
  readonly move: FirstMove;
  readonly given: Partial<Standing>;
}[] = [
  { what: 'it is merged', move: 'merged', given: { pullRequest: { ...OPEN, state: 'merged' } } },
  { what: 'a person closed it', move: 'closed', given: { pullRequest: { ...OPEN, state: 'closed' } } },
  { what: 'the issue was edited', move: 'edited', given: { isEdited: true } },
  { what: 'it points at another base', move: 'other-base', given: { isRetargeted: true } },
  { what: 'the branch is gone', move: 'branch-gone', given: { hasBranch: false } },
  { what: 'the head lacks a gate', move: 'regate', given: { missing: ['test'] } },
  { what: 'another one closes the issue', move: 'rival', given: { pullRequest: null, hasRival: true } },
  { what: 'a push does not show yet', move: 'await-push', given: { isLagging: true } },
  {
    what: 'it conflicts with the base',
    move: 'rebase',
    given: { pullRequest: { ...OPEN, mergeability: 'conflict' } },
  },
  {
    what: 'it is behind a base whose latest commit it must hold',
    move: 'rebase',
    given: { pullRequest: { ...OPEN, mergeability: 'behind' }, isStrict: true },
  },
];

describe('the first move of a delivery', () => {
  for (const { what, move, given } of FOUND) {
    it(`is ${move} when ${what}`, () => {
      expect(firstMove({ ...FINE, ...given })).to.equal(move);
    });
  }

  it('heeds what stands above before what stands below', () => {
    const [merged, closed, edited, otherBase, gone, regate] = FOUND.map(({ given }) => given);
    const below = {
      isEdited: true,
      isRetargeted: true,
      hasBranch: false,
      missing: ['test'],
      isLagging: true,
    };
    expect(firstMove({ ...FINE, ...below, ...merged })).to.equal('merged');
    expect(firstMove({ ...FINE, ...below, ...closed })).to.equal('closed');
    expect(firstMove({ ...FINE, ...below, ...edited })).to.equal('edited');
    expect(firstMove({ ...FINE, hasBranch: false, ...otherBase })).to.equal('other-base');
    expect(firstMove({ ...FINE, missing: ['test'], ...gone })).to.equal('branch-gone');
    expect(firstMove({ ...FINE, isLagging: true, hasRival: true, ...regate })).to.equal('regate');
  });

  it('goes on when all is as it should be, when there is none yet, and when the platform does not know', () => {
    expect(firstMove(FINE)).to.equal('go-on');
    expect(firstMove({ ...FINE, pullRequest: null })).to.equal('go-on');
    for (const mergeability of ['unknown', 'behind'] as const) {
      expect(firstMove({ ...FINE, pullRequest: { ...OPEN, mergeability } })).to.equal('go-on');
    }
  });
});
