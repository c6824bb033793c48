import type { BudgetView } from '@tamma/contracts';
import type { UsageTotals } from '@tamma/domain';
import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { describeSpending } from './spending.ts';

const NOTHING: UsageTotals = {
  calls: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
};
const STATE = createStory().tell(0, 'WORKFLOW.STATE.CREATED').state();
const BUDGET: BudgetView = {
  level: 'workflow',
  id: STATE.id,
  limitUsd: 2,
  raisedUsd: 1,
  spentUsd: 1.5,
  reservedUsd: 0,
};

function said(usage: Partial<UsageTotals>, ...budgets: readonly BudgetView[]): string {
  return describeSpending({ ...STATE, usage: { ...NOTHING, ...usage } }, budgets);
}

describe('what a workflow spent', () => {
  it('is nothing where no model was asked', () => {
    expect(said({})).to.equal('0 model calls, $0.00');
  });

  it('is nothing for canned answers, and says so', () => {
    expect(said({ calls: 3 })).to.equal('3 model calls, canned answers, $0.00');
  });

  it('tells the four kinds of tokens apart', () => {
    const usage = { calls: 2, inputTokens: 1234, outputTokens: 5, cacheWriteTokens: 6, cacheReadTokens: 7 };
    expect(said({ ...usage, costUsd: 1.2345 })).to.equal(
      '2 model calls, 1,234 tokens in, 5 out, 6 written to the cache, 7 read from it, $1.23',
    );
  });

  it('is not nothing when it is less than a cent', () => {
    expect(said({ calls: 1, inputTokens: 9, costUsd: 0.0042 })).to.match(/, less than \$0\.01$/);
    expect(said({ calls: 1, inputTokens: 9, costUsd: 0.01 })).to.match(/, \$0\.01$/);
  });

  it('says what is left of its own budget, never less than nothing', () => {
    const usage = { calls: 1, inputTokens: 9, costUsd: 1.5 };
    expect(said(usage, { ...BUDGET, id: 'other' }, BUDGET)).to.match(
      /, \$1\.50 of a budget of \$2\.00, \$0\.50 left$/,
    );
    expect(said(usage, { ...BUDGET, reservedUsd: 3 })).to.match(/\$0\.00 left$/);
    expect(said(usage, { ...BUDGET, limitUsd: null })).to.match(/, \$1\.50$/);
  });
});
