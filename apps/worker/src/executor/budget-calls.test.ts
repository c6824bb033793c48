import type { RespondOptions } from '@tamma/ai-provider';
import { redisKeysOf } from '@tamma/contracts';
import { createBudgets } from '@tamma/coordination/redis';
import { TammaError } from '@tamma/domain';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import {
  COST_MICRO,
  codeOf,
  eventsOf,
  INTAKE,
  openStory,
  RESERVED_MICRO,
  takesMoreAndMore,
} from './testing/budget-story.ts';
import { answerWith, tokensOf } from './testing/fake-agents.ts';

describe('money for a call of a model', () => {
  it('is reserved in every budget while the call is under way, and settled with what it cost', async () => {
    let seen: unknown;
    await using story = await openStory({
      answer: async (options, request) => {
        seen = await Promise.all((['step', 'workflow', 'project', 'all'] as const).map(story.stateOf));
        return answerWith({})(options, request);
      },
    });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    const used = { limitMicroUsd: null, raisedMicroUsd: 0 };
    for (const state of Array.isArray(seen) ? seen : []) {
      expect(state).to.include({ ...used, spentMicroUsd: 0, reservedMicroUsd: RESERVED_MICRO });
    }
    for (const level of ['step', 'workflow', 'project', 'all'] as const) {
      expect(await story.stateOf(level)).to.include({
        ...used,
        spentMicroUsd: COST_MICRO,
        reservedMicroUsd: 0,
      });
    }
    expect(story.provider.requests[0]?.outputTokensMax).to.equal(2000);
  });

  it('breaks the call off in mid-stream when it takes more than any budget has, and keeps the books', async () => {
    await using story = await openStory({ limits: { step: 0.03 }, answer: takesMoreAndMore });
    expect((await story.run(INTAKE)).kind).to.equal('stop');
    expect(await codeOf(story.bench)).to.include({ code: 'BUDGET_EXHAUSTED', class: 'budget' });
    expect(story.provider.requests).to.have.lengthOf(1);
    const state = await story.stateOf('step');
    expect(state?.reservedMicroUsd).to.equal(0);
    expect(state?.spentMicroUsd).to.be.within(30_000, 30_000 + RESERVED_MICRO);
    const [broken] = await eventsOf(story.bench, 'AI.RESPONSE.RECEIVED');
    const costUsd = broken?.type === 'AI.RESPONSE.RECEIVED' ? broken.data.usage.costUsd : 0;
    expect(Math.round(costUsd * 1_000_000)).to.equal(state?.spentMicroUsd);
    expect(broken?.data).to.include({ agent: 'scripted', provider: 'parrot', turn: 1 });
    expect(await eventsOf(story.bench, 'BUDGET.EXHAUSTED.SUCCESS')).to.have.lengthOf(1);
    const warned = await eventsOf(story.bench, 'BUDGET.WARNED.SUCCESS');
    expect(warned, 'only what was held had been told').to.have.lengthOf(1);
  });

  it('lets a call that was counted too low take more, as long as there is some', async () => {
    await using story = await openStory({
      limits: { step: 1 },
      promptTokens: 10,
      answer: answerWith({ inputTokens: 90_000 }),
    });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(await story.stateOf('step')).to.include({ spentMicroUsd: 91_000, reservedMicroUsd: 0 });
  });

  it('is settled for each try: what failed before it took anything costs nothing', async () => {
    let tries = 0;
    await using story = await openStory({
      answer: async (options, request) => {
        tries += 1;
        if (tries === 1) throw new TammaError('AWAY', 'no answer', { class: 'network' });
        if (tries === 2) {
          options.onUsage?.(tokensOf({ outputTokens: 1 }));
          throw new TammaError('CUT', 'it broke off', { class: 'network' });
        }
        return answerWith({})(options, request);
      },
    });
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(tries).to.equal(3);
    expect(await story.stateOf('all')).to.include({ spentMicroUsd: 1010 + COST_MICRO, reservedMicroUsd: 0 });
    const told = await eventsOf(story.bench, 'AI.RESPONSE.RECEIVED');
    expect(told.map((one) => one.type === 'AI.RESPONSE.RECEIVED' && one.data.usage.costUsd)).to.deep.equal([
      0.00101,
    ]);
  });

  it('stays reserved when the worker dies in the middle of the call', async () => {
    const never = Promise.withResolvers<never>();
    const begun = Promise.withResolvers<void>();
    await using story = await openStory({
      answer: () => {
        begun.resolve();
        return never.promise;
      },
    });
    const running = story.run(INTAKE);
    running.catch(() => {});
    await begun.promise;
    const again = createBudgets({ redis: story.bench.redis, keys: redisKeysOf(story.bench.prefix) });
    const state = await again.read({ level: 'workflow', id: 'demo-1.r1' });
    expect(state).to.include({ spentMicroUsd: 0, reservedMicroUsd: RESERVED_MICRO });
    never.reject(new Error('the end'));
    await running;
  });

  it('is given back when the attempt is told to stop before the call took anything', async () => {
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const untilAborted = ({ signal }: RespondOptions) => {
      begun.resolve();
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      return promise;
    };
    await using story = await openStory({ answer: untilAborted });
    const running = story.run(INTAKE, { signal: abort.signal });
    await begun.promise;
    abort.abort('shutdown');
    expect(await running).to.deep.equal({ kind: 'hand-back' });
    await eventually('it is settled', async () => (await story.stateOf('step'))?.reservedMicroUsd === 0);
    expect(await story.stateOf('step')).to.include({ spentMicroUsd: 0 });
  });

  it('is in the record, once, also when the attempt is told to stop just as the answer comes', async () => {
    const abort = new AbortController();
    await using story = await openStory({
      answer: (options, request) => {
        abort.abort('shutdown');
        return answerWith({})(options, request);
      },
    });
    expect(await story.run(INTAKE, { signal: abort.signal })).to.deep.equal({ kind: 'hand-back' });
    await eventually('it is told', async () => {
      const told = await eventsOf(story.bench, 'AI.RESPONSE.RECEIVED');
      return told.length === 1 && (await story.stateOf('step'))?.spentMicroUsd === COST_MICRO;
    });
  });

  it('cannot be reserved while Redis does not say what is left, and no call is made', async () => {
    await using story = await openStory();
    const unknown = new TammaError('BUDGET_UNKNOWN', 'nobody knows', { class: 'network' });
    story.budgets.reserve = () => Promise.reject(unknown);
    expect((await story.run(INTAKE)).kind).to.equal('retry');
    expect(story.provider.requests).to.deep.equal([]);
    expect(await story.bench.circuits.listCircuits()).to.satisfy(
      (all: readonly { state: { status: string } }[]) => all.every((one) => one.state.status === 'closed'),
    );
  });

  it('that nobody can be asked for any more breaks the call off, and the service is not to blame', async () => {
    await using story = await openStory({ answer: takesMoreAndMore });
    const reserve = story.budgets.reserve;
    const unknown = new TammaError('BUDGET_UNKNOWN', 'nobody knows', { class: 'network' });
    const first = { isOver: false };
    story.budgets.reserve = (request) => {
      if (first.isOver) return Promise.reject(unknown);
      first.isOver = true;
      return reserve(request);
    };
    const broken: unknown[] = [];
    story.bench.circuits.failed = async (call) => {
      broken.push(call);
      return null;
    };
    expect((await story.run(INTAKE)).kind).to.equal('retry');
    expect(story.provider.requests).to.have.lengthOf(1);
    expect(broken).to.deep.equal([]);
  });

  it('is what a program says it cost, also when it then fails', async () => {
    await using story = await openStory({
      answer: async ({ onUsage }) => {
        onUsage?.({ ...tokensOf({}), costUsd: 3.25 });
        throw new TammaError('FAILED', 'too many turns', { class: 'validation' });
      },
    });
    expect((await story.run(INTAKE)).kind).to.equal('stop');
    expect(await story.stateOf('workflow')).to.include({ spentMicroUsd: 3_250_000, reservedMicroUsd: 0 });
    const [told] = await eventsOf(story.bench, 'AI.RESPONSE.RECEIVED');
    expect(told?.type === 'AI.RESPONSE.RECEIVED' && told.data.usage.costUsd).to.equal(3.25);
  });

  it('that cannot be settled counts as spent, and the answer is not lost', async () => {
    await using story = await openStory();
    story.budgets.settle = () => Promise.reject(new Error('Redis stumbled'));
    expect(await story.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(await story.stateOf('step')).to.include({ reservedMicroUsd: RESERVED_MICRO });
    expect(story.bench.lines.join('')).to.contain('call not settled');
  });
});
