import { expect } from 'chai';
import { type BudgetLimits, type BudgetQuestion, budgetRenewsAtMs, budgetScopesOf, dayOf } from './budget.ts';
import { describeBudget } from './describe-event.ts';

const LIMITS: BudgetLimits = { step: 5, workflow: 10, day: 50 };
const QUESTION: BudgetQuestion = {
  workflowId: 'till-1.r1',
  taskId: 'till-1.r1.plan',
  project: 'till',
  nowMs: Date.parse('2026-06-01T23:59:59.999Z'),
  limits: LIMITS,
  dayLimit: 200,
};

describe('the budgets of a call', () => {
  it('are those of its step, its workflow, its project and everybody, the narrowest first', () => {
    expect(budgetScopesOf(QUESTION)).to.deep.equal([
      { level: 'step', id: 'till-1.r1.plan', limitMicroUsd: 5_000_000 },
      { level: 'workflow', id: 'till-1.r1', limitMicroUsd: 10_000_000 },
      { level: 'project', id: 'till@2026-06-01', limitMicroUsd: 50_000_000 },
      { level: 'all', id: '2026-06-01', limitMicroUsd: 200_000_000 },
    ]);
  });

  it('are kept also where nothing limits them', () => {
    const limits = { step: null, workflow: null, day: null };
    const scopes = budgetScopesOf({ ...QUESTION, limits, dayLimit: null });
    expect(scopes.map(({ limitMicroUsd }) => limitMicroUsd)).to.deep.equal([null, null, null, null]);
  });

  it('are of whole millionths', () => {
    const [step] = budgetScopesOf({ ...QUESTION, limits: { ...LIMITS, step: 0.29 } });
    expect(step?.limitMicroUsd).to.equal(290_000);
  });

  it('of a day are those of UTC, and begin anew at its midnight', () => {
    const midnight = Date.parse('2026-06-02T00:00:00.000Z');
    expect(dayOf(midnight)).to.equal('2026-06-02');
    expect(budgetRenewsAtMs('project', QUESTION.nowMs)).to.equal(midnight);
    expect(budgetRenewsAtMs('all', midnight)).to.equal(Date.parse('2026-06-03T00:00:00.000Z'));
  });

  it('of a step and a workflow only a person renews', () => {
    expect(budgetRenewsAtMs('step', QUESTION.nowMs)).to.equal(null);
    expect(budgetRenewsAtMs('workflow', QUESTION.nowMs)).to.equal(null);
  });

  it('have names that people understand', () => {
    expect(budgetScopesOf(QUESTION).map(describeBudget)).to.deep.equal([
      'the budget of step till-1.r1.plan',
      'the budget of workflow till-1.r1',
      'the budget of project till on 2026-06-01',
      'the budget of all projects on 2026-06-01',
    ]);
  });
});
