import { FREE } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { aMoment, askOnce, codeOf, INTAKE, openStory } from './testing/budget-story.ts';
import { answerWith, type FakeAnswer, tokensOf } from './testing/fake-agents.ts';

const DOLLAR_MICRO = 1_000_000;
/** Free by its tokens, as programs are whose price nobody knows; it may tell costs all the same. */
const PRICE = { ...FREE };

interface Agent {
  readonly runCostMaxUsd?: number;
}

function aiOf(agent: Agent = {}) {
  return { agents: { cli: { provider: 'command', command: ['claude'], format: 'claude', ...agent } } };
}

/** A run that takes a while and says at its end what it cost. */
function runFor(costUsd: number, meanwhile: () => Promise<unknown> = aMoment): FakeAnswer {
  return async (options, request) => {
    await meanwhile();
    options.onUsage?.({ ...tokensOf({}), costUsd });
    const response = await answerWith({})(options, request);
    return { ...response, usage: { ...response.usage, costUsd } };
  };
}

describe('money for a run of a program', () => {
  it('is all that it may cost, in every budget that others share, and settled with what it told', async () => {
    const seen: unknown[] = [];
    await using story = await openStory({
      ai: aiOf({ runCostMaxUsd: 3 }),
      price: PRICE,
      answer: runFor(0.5, async () => {
        for (const level of ['workflow', 'project', 'all'] as const) seen.push(await story.stateOf(level));
      }),
    });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    for (const state of seen) {
      expect(state).to.include({ spentMicroUsd: 0, reservedMicroUsd: 3 * DOLLAR_MICRO });
    }
    expect(seen).to.have.lengthOf(3);
    for (const level of ['step', 'workflow', 'project', 'all'] as const) {
      expect(await story.stateOf(level)).to.include({ spentMicroUsd: 500_000, reservedMicroUsd: 0 });
    }
  });

  it('is what its step may cost where its agent does not say, and five dollars where nobody does', async () => {
    for (const [step, heldUsd] of [
      [2, 2],
      [null, 5],
    ] as const) {
      let held: number | undefined;
      await using story = await openStory({
        ai: aiOf(),
        limits: { step },
        price: PRICE,
        answer: runFor(0.1, async () => {
          held = (await story.stateOf('all'))?.reservedMicroUsd;
        }),
      });
      expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
      expect(held).to.equal(heldUsd * DOLLAR_MICRO);
    }
  });

  it('goes by that also where the price of its tokens is known', async () => {
    let held: number | undefined;
    await using story = await openStory({
      ai: aiOf({ runCostMaxUsd: 4 }),
      answer: runFor(0.1, async () => {
        held = (await story.stateOf('all'))?.reservedMicroUsd;
      }),
    });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(held).to.equal(4 * DOLLAR_MICRO);
  });

  it('is what is left where that is less, and nothing is run where nothing is left', async () => {
    const held: (number | undefined)[] = [];
    const twice = async (context: StepContext) => {
      await askOnce(context);
      await askOnce(context);
      await askOnce(context);
    };
    await using story = await openStory({
      ai: aiOf({ runCostMaxUsd: 3 }),
      limits: { workflow: 4 },
      price: PRICE,
      step: twice,
      answer: runFor(2.5, async () => {
        held.push((await story.stateOf('workflow'))?.reservedMicroUsd);
      }),
    });
    expect((await story.run(INTAKE)).kind).to.equal('stop');
    expect(held).to.deep.equal([3 * DOLLAR_MICRO, 1.5 * DOLLAR_MICRO]);
    expect(await codeOf(story.bench)).to.include({ code: 'BUDGET_EXHAUSTED', class: 'budget' });
    expect(await story.stateOf('workflow')).to.include({
      spentMicroUsd: 5 * DOLLAR_MICRO,
      reservedMicroUsd: 0,
    });
    expect(await story.stateOf('step')).to.include({ reservedMicroUsd: 0 });
  });

  it('of twenty at once, of five dollars each on a budget of ten, is never spent by more than one too many', async () => {
    for (const dayBudgetUsd of [10, 12]) {
      const prefix = uniqueName('runs');
      const ids = Array.from({ length: 20 }, (_, i) => `demo-${i + 1}.r1`);
      const options = {
        ai: aiOf(),
        limits: { step: 5 },
        price: PRICE,
        answer: runFor(5),
        dayBudgetUsd,
        prefix,
      };
      const stories = await Promise.all(ids.map((workflowId) => openStory({ ...options, workflowId })));
      const fates = await Promise.all(stories.map((story) => story.run(INTAKE)));
      const state = await stories[0]?.stateOf('all');
      expect(state?.reservedMicroUsd).to.equal(0);
      expect(state?.spentMicroUsd)
        .to.be.at.least(10 * DOLLAR_MICRO)
        .and.be.below((dayBudgetUsd + 5) * DOLLAR_MICRO);
      expect(new Set(fates.map(({ kind }) => kind))).to.deep.equal(new Set(['done', 'park']));
      for (const story of stories) await story[Symbol.asyncDispose]();
    }
  });

  it('counts in full where its worker died, and leaves its step enough to be done again', async () => {
    const never = Promise.withResolvers<never>();
    const begun = Promise.withResolvers<void>();
    const dies: FakeAnswer = () => {
      begun.resolve();
      return never.promise;
    };
    let runs = 0;
    await using story = await openStory({
      ai: aiOf(),
      limits: { step: 5, workflow: 10 },
      price: PRICE,
      answer: (options, request) => {
        runs += 1;
        return runs === 1 ? dies(options, request) : runFor(1)(options, request);
      },
    });
    const lost = story.run(INTAKE, { attempt: 1 });
    lost.catch(() => {});
    await begun.promise;
    expect(await story.stateOf('workflow')).to.include({ reservedMicroUsd: 5 * DOLLAR_MICRO });
    expect(await story.run(INTAKE, { attempt: 2 })).to.deep.equal({ kind: 'done' });
    expect(await story.stateOf('workflow')).to.include({
      spentMicroUsd: DOLLAR_MICRO,
      reservedMicroUsd: 5 * DOLLAR_MICRO,
    });
    never.reject(new Error('the end'));
    await lost;
  });

  it('is asked for of the step as soon as the program tells more than that has', async () => {
    await using story = await openStory({
      ai: aiOf(),
      limits: { step: 1 },
      price: PRICE,
      answer: async ({ onUsage, signal }) => {
        for (let costUsd = 0.25; !signal.aborted; costUsd += 0.25) {
          onUsage?.({ ...tokensOf({}), costUsd });
          await aMoment();
        }
        throw signal.reason;
      },
    });
    expect((await story.run(INTAKE)).kind).to.equal('stop');
    expect(await codeOf(story.bench)).to.include({ code: 'BUDGET_EXHAUSTED' });
    const state = await story.stateOf('step');
    expect(state?.reservedMicroUsd).to.equal(0);
    expect(state?.spentMicroUsd).to.be.within(DOLLAR_MICRO, 2 * DOLLAR_MICRO);
  });

  it('is next to nothing where its agent says that it costs nothing, and what it told counts all the same', async () => {
    let held: number | undefined;
    await using story = await openStory({
      ai: aiOf({ runCostMaxUsd: 0 }),
      price: PRICE,
      answer: runFor(0.25, async () => {
        held = (await story.stateOf('all'))?.reservedMicroUsd;
      }),
    });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(held).to.equal(1);
    expect(await story.stateOf('all')).to.include({ spentMicroUsd: 250_000, reservedMicroUsd: 0 });
  });
});
