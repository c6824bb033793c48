import type { TimedWait } from '@tamma/domain';
import { pickFrom, seededRandom } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { LastWait } from '../step.ts';
import { buildCheck } from '../testing/said.ts';
import { type ChecksState, checksMove, waitAfterReady, waitAfterRerun } from './checks-move.ts';

const SETTINGS = { deadline: 7_200_000, recheck: 30_000, grace: 60_000, rerunOnce: true };
const HEAD = 'c0ffee1';
const RED = buildCheck({ state: 'failed' });
const GREEN = buildCheck({ name: 'lint' });
const RUNNING = buildCheck({ name: 'e2e', state: 'pending' });

const stateWith = (given: Partial<ChecksState>): ChecksState => ({
  checks: [],
  required: [],
  headCommit: HEAD,
  lastWait: null,
  rerun: null,
  settings: SETTINGS,
  ...given,
});
const after = (key: string, given: Partial<LastWait> = {}): Pick<ChecksState, 'lastWait'> => ({
  lastWait: { on: 'ci', key: `${HEAD}${key}`, isOver: false, ...given },
});
const OVER = { isOver: true };

function waitOf(state: Partial<ChecksState>) {
  const move = checksMove(stateWith(state));
  if (move.kind !== 'wait') throw new Error(`expected a wait, got ${JSON.stringify(move)}`);
  return move.wait;
}

function kindOf(state: Partial<ChecksState>): string {
  return checksMove(stateWith(state)).kind;
}

describe("the move after a look at the platform's checks", () => {
  it('is to go on where nothing is ever checked, without calling it green', () => {
    expect(checksMove(stateWith({ checks: null }))).to.include({ kind: 'pass', isGreen: false });
  });

  it('is to go on when all that counts is green', () => {
    expect(checksMove(stateWith({ checks: [GREEN] }))).to.include({ kind: 'pass', isGreen: true });
    expect(kindOf({ checks: [GREEN, RED], required: ['lint'] })).to.equal('pass');
    expect(kindOf({ checks: [GREEN, buildCheck({ state: 'neutral' })] })).to.equal('pass');
  });

  describe('when nothing has reported', () => {
    it('is to wait for the grace, which ends with another look', () => {
      expect(waitOf({})).to.deep.include({
        on: 'ci',
        key: `${HEAD}:grace`,
        forMs: 60_000,
        recheckMs: 30_000,
        atDeadline: 'run',
      });
      expect(waitOf(after(':grace')).key).to.equal(`${HEAD}:grace`);
    });

    it('is to go on as unchecked when the grace is over, and for as long as reviewers are awaited', () => {
      for (const over of [
        after(':grace', OVER),
        after(':ready', OVER),
        after('', { on: 'review' }),
        after(':remarks:7', { on: 'review' }),
      ]) {
        expect(checksMove(stateWith(over))).to.include({ kind: 'pass', isGreen: false });
      }
      expect(kindOf({ settings: { ...SETTINGS, grace: 0 } })).to.equal('pass');
    });

    it('is to begin the grace anew for another head', () => {
      const other = { on: 'ci', key: 'beef:grace', isOver: true } as const;
      expect(waitOf({ lastWait: other }).key).to.equal(`${HEAD}:grace`);
      expect(waitOf({ lastWait: { ...other, on: 'review', key: 'beef' } }).key).to.equal(`${HEAD}:grace`);
    });
  });

  it('is to wait for what runs, and for required ones that are silent, until the deadline of the head', () => {
    const running = waitOf({ checks: [GREEN, RUNNING] });
    expect(running).to.include({ on: 'ci', key: HEAD, forMs: 7_200_000, recheckMs: 30_000 });
    expect(running).not.to.have.property('atDeadline');
    expect(running.why).to.include('e2e');
    expect(waitOf({ checks: [GREEN], required: ['lint', 'deploy'] }).why).to.include('deploy');
    expect(waitOf({ checks: [], required: ['deploy'] }).key).to.equal(HEAD);
  });

  describe('when checks are red', () => {
    it('is to run them again once, when nothing of them runs any more', () => {
      expect(checksMove(stateWith({ checks: [RED, GREEN] }))).to.deep.equal({ kind: 'rerun', failed: [RED] });
      expect(waitOf({ checks: [RED, RUNNING] }).key).to.equal(HEAD);
    });

    it('is to wait a moment for the platform to begin what it was asked for', () => {
      const asked = { checks: [RED], rerun: HEAD };
      expect(waitOf({ ...asked, ...after(':rerun') }).key).to.equal(`${HEAD}:rerun`);
      expect(kindOf({ ...asked, ...after(':rerun', OVER) })).to.equal('repair');
    });

    it('is to have them repaired when they are red still', () => {
      const again = buildCheck({ state: 'failed', attempt: 2 });
      expect(checksMove(stateWith({ checks: [again, RUNNING] }))).to.deep.equal({
        kind: 'repair',
        failed: [again],
      });
      // Also where the platform does not count how often it ran a check.
      expect(kindOf({ checks: [RED], rerun: HEAD, ...after('') })).to.equal('repair');
    });

    it('is to have them repaired at once when they cannot be run again, or are not to be', () => {
      expect(kindOf({ checks: [{ ...RED, runId: null }] })).to.equal('repair');
      expect(kindOf({ checks: [RED], settings: { ...SETTINGS, rerunOnce: false } })).to.equal('repair');
    });

    it('is to run them again for another head', () => {
      expect(kindOf({ checks: [RED], rerun: 'beef' })).to.equal('rerun');
    });
  });

  it('is to leave checks a while to begin after the pull request was made ready', () => {
    const { key } = waitAfterReady(stateWith({}));
    expect(key).to.equal(`${HEAD}:ready`);
    expect(waitOf({ checks: [GREEN], ...after(':ready') }).key).to.equal(key);
    expect(waitOf(after(':ready')).key).to.equal(key);
    expect(waitOf({ checks: [GREEN, RUNNING], ...after(':ready') }).key).to.equal(HEAD);
    expect(kindOf({ checks: [GREEN], ...after(':ready', OVER) })).to.equal('pass');
    expect(kindOf({ checks: [GREEN], ...after('') })).to.equal('pass');
  });

  it('gives every wait a key of its own, so that none ends at the deadline of another', () => {
    const keys = [
      waitOf({}),
      waitOf({ checks: [RUNNING] }),
      waitAfterReady(stateWith({})),
      waitAfterRerun(stateWith({})),
    ];
    expect(new Set(keys.map(({ key }) => key)).size).to.equal(4);
  });

  describe('comes to an end', () => {
    const ALWAYS = [
      { what: 'says nothing', checks: [], ends: 'pass' },
      { what: 'says green', checks: [GREEN], ends: 'pass' },
      { what: 'says red, and never counts a second time', checks: [RED, GREEN], ends: 'repair' },
      { what: 'says red of what it cannot run again', checks: [{ ...RED, runId: null }], ends: 'repair' },
      { what: 'says that it is at work', checks: [RUNNING, RED], ends: 'escalated' },
      {
        what: 'has nothing to say of a required one',
        checks: [GREEN],
        required: ['deploy'],
        ends: 'escalated',
      },
    ];
    for (const { what, ends, ...given } of ALWAYS) {
      it(`when the platform ${what} for ever`, () => {
        const { end, looks } = lookOn(() => stateWith(given));
        expect(end).to.equal(ends);
        expect(looks).to.be.at.most(250);
      });
    }

    it('whatever the platform says in whatever order, with at most one further run of what is red', () => {
      const random = seededRandom(7);
      const words = [
        [],
        [GREEN],
        [RED],
        [RUNNING],
        [RED, RUNNING],
        [{ ...RED, attempt: 2 }],
        [GREEN, RUNNING],
      ];
      for (let i = 0; i < 200; i += 1) {
        const { looks, reruns } = lookOn(() => stateWith({ checks: pickFrom(words, random) }));
        expect(looks).to.be.below(1000);
        expect(reruns).to.be.at.most(1);
      }
    });
  });
});

const LOOKS_MAX = 1000;

/** Looks again and again as the executor has it done: a wait for the same keeps its deadline, another has its own. */
function lookOn(read: () => ChecksState): {
  readonly end: string;
  readonly looks: number;
  readonly reruns: number;
} {
  let [nowMs, reruns] = [0, 0];
  let parked: { wait: TimedWait; untilMs: number } | null = null;
  for (let looks = 1; looks <= LOOKS_MAX; looks += 1) {
    const isOver: boolean = parked !== null && nowMs >= parked.untilMs;
    if (isOver && parked?.wait.atDeadline !== 'run') return { end: 'escalated', looks, reruns };
    const lastWait = parked === null ? null : { on: parked.wait.on, key: parked.wait.key ?? null, isOver };
    const move = checksMove({ ...read(), lastWait, rerun: reruns > 0 ? HEAD : null });
    if (move.kind === 'pass' || move.kind === 'repair') return { end: move.kind, looks, reruns };
    if (move.kind === 'rerun') reruns += 1;
    const wait: TimedWait = move.kind === 'wait' ? move.wait : waitAfterRerun(stateWith({}));
    const isSame: boolean = parked?.wait.key === wait.key && !isOver;
    const untilMs: number = isSame && parked !== null ? parked.untilMs : nowMs + wait.forMs;
    parked = { wait, untilMs };
    nowMs = Math.min(untilMs, nowMs + (wait.recheckMs ?? wait.forMs));
  }
  return { end: 'never', looks: LOOKS_MAX, reruns };
}
