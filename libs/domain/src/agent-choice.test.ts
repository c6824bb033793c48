import { expect } from 'chai';
import {
  type AgentRecord,
  type ChoiceQuestion,
  chooseAgent,
  formatScore,
  NO_RECORD,
  scoreOf,
  TRIALS_MIN,
} from './agent-choice.ts';

const GOOD: AgentRecord = { ...NO_RECORD, runs: 10, done: 10 };
const FAIR: AgentRecord = { ...NO_RECORD, runs: 10, done: 7 };
const POOR: AgentRecord = { ...NO_RECORD, runs: 10, done: 2 };

const NAMES = ['poor', 'good', 'fair'];
const RECORDS = new Map([
  ['poor', POOR],
  ['good', GOOD],
  ['fair', FAIR],
]);

function choose(part: Partial<ChoiceQuestion>) {
  return chooseAgent({
    candidates: NAMES,
    records: RECORDS,
    unavailable: new Set(),
    routing: 'measured',
    exploration: 0.1,
    random: { explore: 0.5, pick: 0 },
    ...part,
  });
}

describe('the choice of an agent', () => {
  it('goes by the order of the project, whatever was measured', () => {
    const choice = choose({ routing: 'order', random: { explore: 0, pick: 0 } });
    expect(choice).to.deep.equal({ order: NAMES, why: 'first in the order of the project' });
  });

  it('goes by what was measured, the best first and the others to fall back on', () => {
    const choice = choose({});
    expect(choice).to.deep.equal({ order: ['good', 'fair', 'poor'], why: 'best by what was measured' });
  });

  it('lets the order of the project decide between equals', () => {
    const records = new Map(NAMES.map((name) => [name, FAIR]));
    expect(choose({ records }).order).to.deep.equal(NAMES);
  });

  it('tries each often enough first, in the order of the project', () => {
    const few = { ...POOR, runs: TRIALS_MIN - 1 };
    const records = new Map([...RECORDS, ['fair', few]]);
    const choice = choose({ records });
    expect(choice).to.deep.equal({ order: ['fair', 'poor', 'good'], why: 'too little is known of it' });
    expect(choose({ records: new Map() }).order[0]).to.equal('poor');
    const enough = new Map([...RECORDS, ['fair', { ...few, runs: TRIALS_MIN }]]);
    expect(choose({ records: enough }).order[0]).to.equal('good');
  });

  it('tries another than the best one now and then, each as often as the next', () => {
    const firstOf = (explore: number, pick: number) => choose({ random: { explore, pick } }).order[0];
    expect(firstOf(0.0999, 0)).to.equal('fair');
    expect(firstOf(0.0999, 0.499)).to.equal('fair');
    expect(firstOf(0.0999, 0.5)).to.equal('poor');
    expect(firstOf(0, 0.999999)).to.equal('poor');
    expect(firstOf(0.1, 0.5), 'not at the share itself').to.equal('good');
    expect(choose({ exploration: 0, random: { explore: 0, pick: 0 } }).order[0]).to.equal('good');
    expect(choose({ random: { explore: 0, pick: 0.5 } }).order).to.deep.equal(['poor', 'good', 'fair']);
  });

  it('puts those whose service is left alone last, and takes them when there is no other', () => {
    expect(choose({ unavailable: new Set(['good']) }).order).to.deep.equal(['fair', 'poor', 'good']);
    const two = choose({ unavailable: new Set(['good', 'fair']) });
    expect(two).to.deep.equal({
      order: ['poor', 'good', 'fair'],
      why: 'the services of the others are in trouble',
    });
    const none = choose({ unavailable: new Set(NAMES) });
    expect(none).to.deep.equal({ order: NAMES, why: 'no other is to be had' });
  });

  it('of one is that one', () => {
    expect(choose({ candidates: ['poor'] })).to.deep.equal({ order: ['poor'], why: 'the only one' });
  });

  it('never loses nor doubles anybody', () => {
    for (const explore of [0, 0.05, 0.9]) {
      for (const away of [[], ['good'], ['poor', 'fair'], NAMES]) {
        const { order } = choose({ unavailable: new Set(away), random: { explore, pick: 0.7 } });
        expect(order).to.have.members(NAMES).and.length(NAMES.length);
      }
    }
  });
});

describe('the score of an agent', () => {
  it('is read with two places, and without the sign of nothing', () => {
    expect([1, 0.126, -0.0042, -0.5].map(formatScore)).to.deep.equal(['1.00', '0.13', '0.00', '-0.50']);
  });

  it('is its share of success, less what it left to repair', () => {
    expect(scoreOf()).to.equal(0);
    expect(scoreOf(FAIR)).to.equal(0.7);
    expect(scoreOf({ ...GOOD, repairs: 6 })).to.equal(0.7);
  });

  it('lets money and time decide between equals', () => {
    const cheap = { ...GOOD, costMicroUsd: 1_000_000, durationMs: 600_000 };
    const dear = { ...GOOD, costMicroUsd: 5_000_000, durationMs: 600_000 };
    const slow = { ...GOOD, costMicroUsd: 1_000_000, durationMs: 6_000_000 };
    expect(scoreOf(cheap)).to.be.above(scoreOf(dear)).and.above(scoreOf(slow));
    expect(scoreOf(dear), 'success counts more than a few cents').to.be.above(scoreOf(FAIR));
  });
});
