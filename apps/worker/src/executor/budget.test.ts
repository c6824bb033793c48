import { dayOf, FREE } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import {
  aMoment,
  askOnce,
  COST_MICRO,
  codeOf,
  eventsOf,
  INTAKE,
  openStory,
  RESERVED_MICRO,
  takesMoreAndMore,
} from './testing/budget-story.ts';
import { answerWith, type FakeAnswer } from './testing/fake-agents.ts';

const DAY_MS = 86_400_000;

describe('the budget of a call of a model', () => {
  it('limits the answer to what is left, when that pays for some of it', async () => {
    await using story = await openStory({ limits: { workflow: 0.0125 } });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(story.provider.requests[0]?.outputTokensMax).to.equal(1150);
  });

  it('that a step or workflow has not got stops the task for good, tells so, and no call is made', async () => {
    for (const level of ['step', 'workflow'] as const) {
      await using story = await openStory({ limits: { [level]: 0.0109 } });
      expect((await story.run(INTAKE)).kind).to.equal('stop');
      expect(story.provider.requests).to.deep.equal([]);
      const [exhausted] = await eventsOf(story.bench, 'BUDGET.EXHAUSTED.SUCCESS');
      const id = level === 'step' ? 'demo-1.r1.issue-intake' : 'demo-1.r1';
      const data = { level, id, limitUsd: 0.0109, spentUsd: 0, reservedUsd: 0, wantedUsd: 0.011 };
      expect(exhausted?.data).to.deep.equal(data);
      const error = await codeOf(story.bench);
      expect(error).to.include({ code: 'BUDGET_EXHAUSTED', class: 'budget' });
      expect(error?.remedy).to.equal(`raise it: npx tamma budget raise ${level} ${id} --by 1 --reason "…"`);
      expect(await story.stateOf('all')).to.equal(null);
    }
  });

  it('of a day that is spent parks the task on it until midnight, and a raise has it run', async () => {
    await using story = await openStory({ limits: { day: 0.02 }, answer: answerWith({ outputTokens: 950 }) });
    await story.budgets.spentAtLeast(
      { level: 'project', id: `demo@${dayOf(story.clock.now())}`, limitMicroUsd: 20_000 },
      19_000,
    );
    const nowMs = story.clock.now();
    const midnight = (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
    const parked = await story.run(INTAKE, { attempt: 1 });
    expect(parked).to.include({ kind: 'park', until: midnight + 1000 });
    const [told] = await eventsOf(story.bench, 'TASK.PARKED.SUCCESS');
    expect(told?.type === 'TASK.PARKED.SUCCESS' && told.data.on).to.equal('budget');
    expect(story.provider.requests).to.deep.equal([]);
    await story.budgets.raise({ level: 'project', id: `demo@${dayOf(nowMs)}` }, 20_000);
    expect(await story.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
  });

  it('of a day that could never pay for the call stops the task instead of having it wait for ever', async () => {
    await using story = await openStory({ dayBudgetUsd: 0.0109 });
    expect((await story.run(INTAKE)).kind).to.equal('stop');
    const error = await codeOf(story.bench);
    expect(error).to.include({ code: 'BUDGET_EXHAUSTED', class: 'budget' });
    expect(error?.remedy).to.contain('budgets.day');
  });

  it('of a day comes back with the next one, by itself', async () => {
    await using story = await openStory({ dayBudgetUsd: 0.0111, answer: answerWith({ outputTokens: 1000 }) });
    expect(await story.run(INTAKE, { attempt: 1 })).to.deep.equal({ kind: 'done' });
    await using other = await openStory({
      ...story,
      prefix: story.bench.prefix,
      workflowId: 'demo-2.r1',
      dayBudgetUsd: 0.0111,
    });
    expect(await other.run(INTAKE, { attempt: 1 })).to.include({ kind: 'park' });
    other.clock.advance(DAY_MS);
    expect(await other.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
  });

  it('of a day that ends just then holds the task no longer', async () => {
    await using story = await openStory({ dayBudgetUsd: 0.0111, answer: answerWith({ outputTokens: 1000 }) });
    expect(await story.run(INTAKE, { attempt: 1 })).to.deep.equal({ kind: 'done' });
    const again = { prefix: story.bench.prefix, workflowId: 'demo-2.r1', dayBudgetUsd: 0.0111 };
    await using other = await openStory(again);
    const reserve = other.budgets.reserve;
    other.budgets.reserve = async (request) => {
      const verdict = await reserve(request);
      other.clock.advance(DAY_MS);
      return verdict;
    };
    const until = other.clock.now() + DAY_MS + 1000;
    expect(await other.run(INTAKE)).to.include({ kind: 'park', until });
  });

  it('that others have reserved and not spent holds the task for a minute only', async () => {
    await using story = await openStory({ dayBudgetUsd: 0.025 });
    const all = { level: 'all', id: dayOf(story.clock.now()), limitMicroUsd: 25_000 } as const;
    const other = { id: 'other', scopes: [all] };
    await story.budgets.reserve({ ...other, wantedMicroUsd: 20_000, leastMicroUsd: 20_000 });
    const until = story.clock.now() + 60_000 + 1000;
    expect(await story.run(INTAKE, { attempt: 1 })).to.include({ kind: 'park', until });
    await story.budgets.settle({ ...other, costMicroUsd: 1 });
    expect(await story.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
  });

  it('is warned about at 80 %, once', async () => {
    const step = async (context: StepContext) => {
      for (let i = 0; i < 25; i += 1) await askOnce(context);
    };
    await using story = await openStory({ limits: { workflow: 0.06 }, step });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    const warned = await eventsOf(story.bench, 'BUDGET.WARNED.SUCCESS');
    expect(warned.map((event) => event.data)).to.deep.equal([
      { level: 'workflow', id: 'demo-1.r1', limitUsd: 0.06, spentUsd: 0.048, reservedUsd: 0 },
    ]);
  });

  it('is warned about by the next call when the warning could not be told', async () => {
    const step = async (context: StepContext) => {
      for (let i = 0; i < 3; i += 1) await askOnce(context);
    };
    await using story = await openStory({ limits: { workflow: 0.1 }, step });
    await story.budgets.spentAtLeast({ level: 'workflow', id: 'demo-1.r1', limitMicroUsd: 100_000 }, 80_000);
    const { eventLog } = story.bench;
    const append = eventLog.append.bind(eventLog);
    const lost: string[] = [];
    eventLog.append = async (events) => {
      const isWarning = events.some(({ type }) => type === 'BUDGET.WARNED.SUCCESS');
      if (!isWarning || lost.length > 0) return append(events);
      lost.push('BUDGET.WARNED.SUCCESS');
      throw new Error('Redis stumbled');
    };
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(lost).to.have.lengthOf(1);
    const warned = await eventsOf(story.bench, 'BUDGET.WARNED.SUCCESS');
    expect(warned.map(({ data }) => data)).to.deep.equal([
      { level: 'workflow', id: 'demo-1.r1', limitUsd: 0.1, spentUsd: 0.084, reservedUsd: 0 },
    ]);
  });

  it('is not warned about where it was told as spent so far when it broke a call off', async () => {
    await using story = await openStory({ limits: { workflow: 0.1 }, answer: takesMoreAndMore });
    await story.budgets.spentAtLeast({ level: 'workflow', id: 'demo-1.r1', limitMicroUsd: 100_000 }, 81_000);
    expect((await story.run(INTAKE)).kind).to.equal('stop');
    expect(await eventsOf(story.bench, 'BUDGET.EXHAUSTED.SUCCESS')).to.have.lengthOf(1);
    expect(await eventsOf(story.bench, 'BUDGET.WARNED.SUCCESS')).to.deep.equal([]);
    const scopes = [{ level: 'workflow', id: 'demo-1.r1', limitMicroUsd: 100_000 }] as const;
    const { spentMicroUsd = 0 } = (await story.stateOf('workflow')) ?? {};
    const { limitMicroUsd } = await story.budgets.raise(scopes[0], Math.ceil(spentMicroUsd * 1.1) - 100_000);
    await story.budgets.reserve({ id: 'next', scopes, wantedMicroUsd: 1, leastMicroUsd: 1 });
    const next = await story.budgets.settle({ id: 'next', scopes, costMicroUsd: 1 });
    expect(next, 'of the limit it has now').to.have.lengthOf(1);
    expect(next[0]).to.include({ limitMicroUsd });
  });

  it('is warned about where the rest of it was only held when it broke a call off', async () => {
    await using story = await openStory({ limits: { workflow: 0.1 }, answer: takesMoreAndMore });
    const scope = { level: 'workflow', id: 'demo-1.r1', limitMicroUsd: 100_000 } as const;
    await story.budgets.spentAtLeast(scope, 50_000);
    expect((await story.run(INTAKE)).kind).to.equal('stop');
    const [exhausted] = await eventsOf(story.bench, 'BUDGET.EXHAUSTED.SUCCESS');
    expect(exhausted?.data).to.include({ spentUsd: 0.05 });
    expect(await eventsOf(story.bench, 'BUDGET.WARNED.SUCCESS')).to.have.lengthOf(1);
  });

  it('for twenty workflows at once, on a budget for ten, is never overspent', async () => {
    const prefix = uniqueName('twenty');
    const limitMicro = 10 * 5 * COST_MICRO + RESERVED_MICRO;
    const five = async (context: StepContext) => {
      for (let i = 0; i < 5; i += 1) await askOnce(context);
    };
    const answer: FakeAnswer = async (options, request) => {
      await aMoment();
      return answerWith({})(options, request);
    };
    const dayBudgetUsd = limitMicro / 1_000_000;
    const ids = Array.from({ length: 20 }, (_, i) => `demo-${i + 1}.r1`);
    const stories = await Promise.all(
      ids.map((workflowId) => openStory({ prefix, workflowId, dayBudgetUsd, step: five, answer })),
    );
    const [first] = stories;
    const callsOf = () => stories.reduce((sum, story) => sum + story.provider.requests.length, 0);
    const kinds = new Set<string>();
    // Who was refused because others had reserved what they did not need comes again.
    for (let attempt = 1, before = -1; before < callsOf() && attempt < 30; attempt += 1) {
      before = callsOf();
      const fates = await Promise.all(stories.map((story) => story.run(INTAKE, { attempt })));
      for (const fate of fates) kinds.add(fate.kind);
      const state = await first?.stateOf('all');
      expect(state?.spentMicroUsd)
        .to.equal(callsOf() * COST_MICRO)
        .and.be.at.most(limitMicro);
      expect(state?.reservedMicroUsd).to.equal(0);
    }
    expect(callsOf() * COST_MICRO).to.be.greaterThan(limitMicro - RESERVED_MICRO);
    expect([...kinds]).to.have.members(['park', 'done']);
    for (const story of stories) await story[Symbol.asyncDispose]();
  });

  it('is not asked for by a model that costs nothing', async () => {
    await using story = await openStory({ price: FREE, limits: { step: 0.000_001 } });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(await story.budgets.list(10)).to.deep.equal([]);
  });
});
