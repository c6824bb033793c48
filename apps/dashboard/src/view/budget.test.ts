import type { BudgetView } from '@tamma/contracts';
import { expect } from 'chai';
import { amountOf, nameOfBudget, parseUsd, warningOf } from './budget.ts';

const budget: BudgetView = {
  level: 'project',
  id: 'till@2026-06-01',
  limitUsd: 50,
  raisedUsd: 0,
  spentUsd: 39.5,
  reservedUsd: 0,
};

describe('a budget', () => {
  it('warns from 80 % on, what is held for calls counted, and again when it is spent', () => {
    const words = [39.5, 40, 49.99, 50, 60].map((spentUsd) => warningOf({ ...budget, spentUsd })?.word);
    expect(words).to.deep.equal([undefined, 'nearly spent', 'nearly spent', 'spent', 'spent']);
    expect(warningOf({ ...budget, reservedUsd: 0.5 })?.word).to.equal('nearly spent');
    expect(warningOf({ ...budget, spentUsd: 999, limitUsd: null })).to.equal(null);
  });

  it('is told in words', () => {
    expect(amountOf(budget)).to.equal('$39.50 of $50.00');
    expect(amountOf({ ...budget, reservedUsd: 1 })).to.equal('$40.50 of $50.00, $1.00 of it held for calls');
    expect(amountOf({ ...budget, limitUsd: null })).to.equal('$39.50, no limit');
    expect(nameOfBudget(budget)).to.equal('till, 2026-06-01');
    expect(nameOfBudget({ level: 'all', id: '2026-06-01' })).to.equal('All projects, 2026-06-01');
  });

  it('takes amounts that the server takes, and no others', () => {
    for (const text of ['5', '0.50', '100000', '0.000001']) expect(parseUsd(text)).to.equal(Number(text));
    for (const text of ['', '0', '-5', '5,5', '1e3', '100001', '$5', '0.0000001'])
      expect(parseUsd(text), text).to.equal(null);
  });
});
