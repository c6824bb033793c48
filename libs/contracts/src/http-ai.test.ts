import { expect } from 'chai';
import { agentListSchema, budgetListSchema, budgetRaiseSchema } from './http-ai.ts';

const RAISE = { level: 'workflow', id: 'till-1.r1', byUsd: 5, reason: 'worth it' };

describe('a budget that is raised', () => {
  it('names what, by how much, and why', () => {
    expect(budgetRaiseSchema.parse({ ...RAISE, reason: ' worth it ' })).to.deep.equal(RAISE);
  });

  const REFUSED: readonly (readonly [what: string, part: object])[] = [
    ['nothing', { byUsd: 0 }],
    ['less than nothing', { byUsd: -1 }],
    ['without end', { byUsd: Number.POSITIVE_INFINITY }],
    ['by more than anybody means', { byUsd: 100_001 }],
    ['by a word', { byUsd: '5' }],
    ['without a reason', { reason: ' ' }],
    ['for no budget', { id: '' }],
    ['at a level that is none', { level: 'month' }],
    ['with something else beside it', { by: 'maria' }],
  ];
  for (const [what, part] of REFUSED) {
    it(`is refused ${what}`, () => {
      const issues = budgetRaiseSchema.safeParse({ ...RAISE, ...part }).error?.issues ?? [];
      expect(issues).to.have.length(1);
    });
  }
});

describe('lists of models and money', () => {
  it('know budgets without a limit, and agents that cost nothing', () => {
    const budget = {
      level: 'all',
      id: '2026-06-01',
      limitUsd: null,
      raisedUsd: 0,
      spentUsd: 1.5,
      reservedUsd: 0,
    };
    const agent = {
      ...{ project: 'till', step: 'code-review', agent: 'local', provider: 'openai', model: 'qwen3-coder' },
      ...{ runs: 3, done: 2, repairs: 1, turnsPerRun: 4.5, secondsPerRun: 60 },
      ...{ costUsdPerRun: 0, costUsd: 0, score: -0.2 },
    };
    expect(budgetListSchema.parse({ items: [budget], next: null }).items).to.deep.equal([budget]);
    expect(agentListSchema.parse({ items: [agent], next: 'x' }).items).to.deep.equal([agent]);
  });
});
