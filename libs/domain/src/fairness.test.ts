import { expect } from 'chai';
import { type Candidate, chooseNext, type SlotRules } from './fairness.ts';

function candidate(project: string, agedScore: number): Candidate<string> {
  return { project, agedScore, work: `${project}-${agedScore}` };
}

function rules(overrides: Partial<SlotRules> = {}): SlotRules {
  return { running: new Map(), maxConcurrent: 10, limits: new Map(), ...overrides };
}

describe('the next slot', () => {
  it('goes to nobody when nothing waits or no slot is free', () => {
    expect(chooseNext([], rules())).to.equal(null);
    const full = rules({
      running: new Map([
        ['a', 6],
        ['gone', 4],
      ]),
    });
    expect(chooseNext([candidate('b', 1000)], full)).to.equal(null);
  });

  it('goes to the best score among projects that have as much running', () => {
    expect(chooseNext([candidate('a', 10), candidate('b', 20)], rules())).to.equal('b-20');
    expect(chooseNext([candidate('a', 20), candidate('b', 20)], rules())).to.equal('a-20');
  });

  it('goes to the project with the fewest running, however good another one is', () => {
    const running = new Map([
      ['a', 2],
      ['b', 1],
    ]);
    const waiting = [candidate('a', 1000), candidate('b', 1)];
    expect(chooseNext(waiting, rules({ running }))).to.equal('b-1');
    expect(chooseNext([...waiting, candidate('c', 0)], rules({ running }))).to.equal('c-0');
  });

  it('passes over a project that is at its limit', () => {
    const limits = new Map([
      ['a', 1],
      ['c', 0],
    ]);
    const waiting = [candidate('a', 1000), candidate('b', 1), candidate('c', 500)];
    expect(chooseNext(waiting, rules({ limits, running: new Map([['a', 1]]) }))).to.equal('b-1');
    expect(chooseNext(waiting, rules({ limits, running: new Map([['b', 1]]) }))).to.equal('a-1000');
    expect(chooseNext([candidate('c', 500)], rules({ limits }))).to.equal(null);
  });

  it('lets every project come to its turn, and none above its limit', () => {
    const limits = new Map([['small', 2]]);
    const running = new Map<string, number>();
    const waiting = [candidate('loud', 1000), candidate('small', 500), candidate('quiet', 1)];
    for (let slot = 0; slot < 20; slot += 1) {
      const next = chooseNext(waiting, rules({ running, limits }));
      const project = next?.split('-')[0];
      if (project === undefined) break;
      running.set(project, (running.get(project) ?? 0) + 1);
    }
    expect(Object.fromEntries(running)).to.deep.equal({ loud: 4, small: 2, quiet: 4 });
  });
});
