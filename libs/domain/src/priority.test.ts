import { expect } from 'chai';
import {
  agedScore,
  type PriorityRules,
  queuePriority,
  ROUND_MAX,
  SCORE_MAX,
  STEP_INDEX_MAX,
  scoreIssue,
} from './priority.ts';
import { buildIssue } from './testing/builders.ts';
import { seededRandom } from './testing/random.ts';

const NOW = Date.parse('2026-01-11T00:00:00.000Z');
const DAY_MS = 86_400_000;
/** What BullMQ takes. */
const QUEUE_PRIORITY_MAX = 2_097_151;

const RULES: PriorityRules = {
  base: 300,
  labels: { bug: 150, 'priority: high': 400, chore: 10 },
  perDay: 5,
  ageMax: 200,
  assignedToSelf: 50,
};

function score(overrides: Parameters<typeof buildIssue>[0], rules: Partial<PriorityRules> = {}): number {
  const issue = buildIssue({ createdAt: new Date(NOW).toISOString(), labels: [], ...overrides });
  return scoreIssue(issue, { ...RULES, ...rules }, 'tamma', NOW);
}

describe('score of an issue', () => {
  it('is the base when nothing speaks for it', () => {
    expect(score({})).to.equal(300);
  });

  it('adds the highest label, not the sum', () => {
    expect(score({ labels: ['chore', 'priority: high', 'bug', 'unknown'] })).to.equal(700);
  });

  it('adds points for each day of waiting, up to the most that age gives', () => {
    expect(score({ createdAt: new Date(NOW - 10 * DAY_MS).toISOString() })).to.equal(350);
    expect(score({ createdAt: new Date(NOW - 900 * DAY_MS).toISOString() })).to.equal(500);
  });

  it('gives nothing for an age that lies ahead or cannot be read', () => {
    expect(score({ createdAt: new Date(NOW + 10 * DAY_MS).toISOString() })).to.equal(300);
    expect(score({ createdAt: 'yesterday' })).to.equal(300);
  });

  it('adds points when it is assigned to the engine, not to somebody else', () => {
    expect(score({ assignee: 'tamma' })).to.equal(350);
    expect(score({ assignee: 'Tamma' }), 'case means nothing in names').to.equal(350);
    expect(score({ assignee: 'ada' })).to.equal(300);
  });

  it('stays within 0 and 1000', () => {
    expect(score({ labels: ['bug'] }, { base: 990 })).to.equal(SCORE_MAX);
    expect(score({}, { base: -5 })).to.equal(0);
  });

  it('finds nothing under labels that every object would answer to', () => {
    expect(score({ labels: ['constructor', '__proto__', 'tostring', 'valueof'] })).to.equal(300);
  });
});

describe('score of a waiting workflow', () => {
  it('gains one point for each full hour', () => {
    expect(agedScore(300, 59 * 60_000)).to.equal(300);
    expect(agedScore(300, 60 * 60_000)).to.equal(301);
    expect(agedScore(300, 50 * 3_600_000)).to.equal(350);
  });

  it('neither loses points nor passes the maximum', () => {
    expect(agedScore(300, -3_600_000)).to.equal(300);
    expect(agedScore(999, 1e12)).to.equal(SCORE_MAX);
  });
});

describe('priority in the queue', () => {
  it('has the figures of the formula', () => {
    expect(queuePriority(1000, 0, 0)).to.equal(2000);
    expect(queuePriority(0, 0, 0)).to.equal(2_002_000);
    expect(queuePriority(1000, STEP_INDEX_MAX, ROUND_MAX)).to.equal(181);
    expect(queuePriority(500, 3, 1)).to.equal(1 + 500 * 2000 + (1999 - 60 - 1));
  });

  it('counts what is out of range as the end of the range', () => {
    expect(queuePriority(5000, 500, 500)).to.equal(queuePriority(1000, STEP_INDEX_MAX, ROUND_MAX));
    expect(queuePriority(-1, -1, -1)).to.equal(queuePriority(0, 0, 0));
    expect(queuePriority(500.4, 3.9, 1.9)).to.equal(queuePriority(500, 3, 1));
  });

  it('is always a whole number the queue takes', () => {
    const random = seededRandom(2);
    for (let i = 0; i < 5000; i += 1) {
      const priority = queuePriority(random() * 3000 - 1000, random() * 300 - 100, random() * 60 - 20);
      expect(Number.isInteger(priority)).to.equal(true);
      expect(priority).to.be.within(1, QUEUE_PRIORITY_MAX);
    }
  });

  it('lets the higher score go first, then the later step, then the later round', () => {
    const random = seededRandom(3);
    const draw = () => {
      const [score, step, round] = [
        Math.floor(random() * (SCORE_MAX + 1)),
        Math.floor(random() * (STEP_INDEX_MAX + 1)),
        Math.floor(random() * (ROUND_MAX + 1)),
      ];
      return { place: [score, step, round], priority: queuePriority(score, step, round) };
    };
    for (let i = 0; i < 5000; i += 1) {
      const [a, b] = [draw(), draw()];
      const first = a.place.map((one, at) => one - (b.place[at] ?? 0)).find((difference) => difference !== 0);
      expect(Math.sign(b.priority - a.priority), JSON.stringify([a, b])).to.equal(Math.sign(first ?? 0));
    }
  });

  it('gives neighbors in every direction different places', () => {
    for (let step = 0; step < STEP_INDEX_MAX; step += 1) {
      expect(queuePriority(500, step + 1, 0)).to.be.below(queuePriority(500, step, ROUND_MAX));
    }
    for (let score = 0; score < SCORE_MAX; score += 1) {
      expect(queuePriority(score + 1, 0, 0)).to.be.below(queuePriority(score, STEP_INDEX_MAX, ROUND_MAX));
    }
  });
});
