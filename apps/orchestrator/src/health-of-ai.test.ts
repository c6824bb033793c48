import { aiSchema } from '@tamma/contracts';
import { buildProject } from '@tamma/contracts/testing';
import { type BudgetScope, dayOf, microUsdOf } from '@tamma/domain';
import { readAiEnvironment } from '@tamma/process';
import { createMetrics } from '@tamma/telemetry';
import { expect } from 'chai';
import { addBudgetMetrics } from './budget-metrics.ts';
import { checkAgentKeys, checkBudgets } from './health-of-ai.ts';

const NOON = Date.parse('2026-06-01T12:00:00.000Z');
const project = buildProject();

/** Of each budget of the day so much is spent, in US dollars. */
function partsOf(spentUsd: Readonly<Partial<Record<BudgetScope['level'], number>>>) {
  const read = async ({ level, id }: Pick<BudgetScope, 'level' | 'id'>) => {
    expect(id.endsWith(dayOf(NOON))).to.equal(true);
    const spentMicroUsd = microUsdOf(spentUsd[level] ?? 0);
    return { level, id, limitMicroUsd: null, raisedMicroUsd: 0, spentMicroUsd, reservedMicroUsd: 500_000 };
  };
  return { projects: [{ project }], dayLimitUsd: 200, budgets: { read }, now: () => NOON };
}

describe('health of agents', () => {
  it('is degraded while a key is missing, with what to do', () => {
    const ai = aiSchema.parse({ provider: 'anthropic' });
    const judge = (variables: Record<string, string>) =>
      checkAgentKeys({ projects: [{ project: { id: 'demo', ai } }], ai: readAiEnvironment(variables) });
    const { status, details } = judge({});
    expect(status).to.equal('degraded');
    expect(details?.['demo anthropic']).to.match(/^ANTHROPIC_API_KEY is not set\. Set ANTHROPIC_API_KEY, or/);
    expect(judge({ ANTHROPIC_API_KEY: 'sk-x' })).to.deep.equal({ status: 'healthy' });
    expect(checkAgentKeys({ projects: [{ project }], ai: readAiEnvironment({}) }).status).to.equal('healthy');
  });
});

describe('health of budgets', () => {
  it('shows those that are nearly spent, and is degraded when one is', async () => {
    expect(await checkBudgets(partsOf({ project: 39 }))).to.deep.equal({ status: 'healthy', details: {} });
    expect(await checkBudgets(partsOf({ project: 39.5 }))).to.deep.equal({
      status: 'healthy',
      details: { 'project demo@2026-06-01': '$40.00 of $50.00 are spent or held for calls' },
    });
    const spent = await checkBudgets(partsOf({ all: 200 }));
    expect([spent.status, Object.keys(spent.details ?? {})]).to.deep.equal(['degraded', ['all 2026-06-01']]);
    const parts = { ...partsOf({ all: 999 }), dayLimitUsd: null };
    expect((await checkBudgets(parts)).status).to.equal('healthy');
  });

  it('is told as gauges, labeled by project and not by day', async () => {
    const metrics = createMetrics({ defaultLabels: {} });
    addBudgetMetrics(metrics, { ...partsOf({ project: 1, all: 2 }), dayLimitUsd: null });
    const text = await metrics.render();
    expect(text).to.match(/tamma_budget_spent_usd\{level="project",project="demo"\} 1\.5\n/);
    expect(text).to.match(/tamma_budget_spent_usd\{level="all",project=""\} 2\.5\n/);
    expect(text).to.match(/tamma_budget_limit_usd\{level="project",project="demo"\} 50\n/);
    expect(text).to.not.match(/tamma_budget_limit_usd\{level="all"/);
  });
});
