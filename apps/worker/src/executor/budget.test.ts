import type { RespondOptions } from '@tamma/ai-provider';
import { redisKeysOf } from '@tamma/contracts';
import { buildHead, buildProject } from '@tamma/contracts/testing';
import { createBudgets } from '@tamma/coordination/redis';
import { type BudgetLimits, dayOf, done, FREE, TammaError } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { eventually, testClock, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { type Bench, FIRST, openBench } from './testing/bench.ts';
import {
  answerWith,
  askOf,
  type FakeAnswer,
  type FakeProviderOptions,
  fakeAgents,
  fakeProvider,
  tokensOf,
} from './testing/fake-agents.ts';
import { fakeStep } from './testing/fake-step.ts';

const INTAKE = FIRST.id;
const NONE: BudgetLimits = { step: null, workflow: null, day: null };
/** What is reserved for a call of `askOf`: a prompt of 1,000 tokens and an answer of 2,000. */
const RESERVED_MICRO = 21_000;
/** What `answerWith` costs: the prompt and an answer of 100. */
const COST_MICRO = 2000;
const DAY_MS = 86_400_000;

interface StoryOptions extends FakeProviderOptions {
  readonly limits?: Partial<BudgetLimits>;
  readonly dayBudgetUsd?: number | null;
  readonly prefix?: string;
  readonly workflowId?: string;
  readonly step?: (context: StepContext) => Promise<void>;
}

async function askOnce({ agents, signal }: StepContext): Promise<void> {
  const [agent] = await agents();
  await agent?.provider.respond(askOf(), { signal });
}

/** A first step that asks a model whose calls cost money. */
async function openStory(options: StoryOptions = {}) {
  const { limits, dayBudgetUsd = null, prefix, workflowId = 'demo-1.r1', step = askOnce } = options;
  const clock = testClock();
  const provider = fakeProvider(options);
  const intake = fakeStep('issue-intake', async (context) => {
    await step(context);
    return done({ answer: 1 });
  });
  const bench = await openBench({
    ...(prefix !== undefined && { prefix }),
    steps: [intake],
    head: {
      ...buildHead({ workflowId }),
      project: buildProject({ budgets: { ...NONE, ...limits } }),
      template: { name: 'test', hash: 'hash', steps: [FIRST] },
    },
    deps: { now: clock.now, agentOf: fakeAgents({ scripted: provider }), dayBudgetUsd },
  });
  const { deps, run } = bench;
  const stateOf = (level: 'step' | 'workflow' | 'project' | 'all') => {
    const day = dayOf(clock.now());
    const ids = { step: `${workflowId}.${INTAKE}`, workflow: workflowId, project: `demo@${day}`, all: day };
    return deps.budgets.read({ level, id: ids[level] });
  };
  const dispose = () => bench[Symbol.asyncDispose]();
  return { bench, clock, provider, budgets: deps.budgets, run, stateOf, [Symbol.asyncDispose]: dispose };
}

async function eventsOf(bench: Bench, type: string) {
  return (await bench.events()).filter((event) => event.type === type);
}

const codeOf = async (bench: Bench) => {
  const [failed] = await eventsOf(bench, 'TASK.FAILED.PERMANENT');
  return failed?.type === 'TASK.FAILED.PERMANENT' ? failed.data.error : null;
};

/** As long as a piece of an answer takes. */
function aMoment(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, 1);
  return promise;
}

/** Says that more and more is taken, until it is broken off; never by itself. */
const takesMoreAndMore: FakeAnswer = async ({ onUsage, signal }) => {
  let outputTokens = 0;
  while (!signal.aborted) {
    outputTokens += 100;
    onUsage?.(tokensOf({ outputTokens }));
    await aMoment();
  }
  throw signal.reason;
};

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
    expect(await eventsOf(story.bench, 'BUDGET.WARNED.SUCCESS'), 'all of it was told').to.deep.equal([]);
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
