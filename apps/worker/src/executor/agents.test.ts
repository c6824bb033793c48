import { aiSchema, redisKeysOf } from '@tamma/contracts';
import { createCircuits } from '@tamma/coordination/redis';
import { BREAKER_DEFAULTS, NO_RECORD, TammaError } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { candidatesFor } from './agent-candidates.ts';
import { CallBooks } from './call-books.ts';
import { createExecutor } from './executor.ts';
import { openStory, PROVIDERS, type StoryOptions, THREE } from './testing/agents-story.ts';
import { type Bench, FIRST } from './testing/bench.ts';
import { askOf, fakeProvider } from './testing/fake-agents.ts';

const INTAKE = FIRST.id;

/** Names in the order that the step was given, and what was told of it. */
async function orderOf(options: StoryOptions, prepare: (bench: Bench) => Promise<unknown> = async () => {}) {
  let names: readonly string[] = [];
  await using bench = await openStory(async ({ agents }) => {
    names = (await agents()).map((agent) => agent.name);
    expect(await agents()).to.equal(await agents());
  }, options);
  await prepare(bench);
  expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
  const chosen = (await bench.events()).filter((event) => event.type === 'AI.AGENT.CHOSEN');
  expect(chosen).to.have.lengthOf(1);
  return { names, told: chosen[0]?.data };
}

describe('the agents of a step', () => {
  it('are those of the first rule that fits step and labels, else those of the project', () => {
    const ai = aiSchema.parse({
      ...THREE,
      use: ['big'],
      rules: [
        { steps: ['code-review'], labels: ['Urgent', 'hot'], use: ['small', 'small', 'big'] },
        { steps: ['code-review'], use: ['local'] },
        { labels: ['cheap'], use: ['small'] },
      ],
    });
    const of = (step: string, ...labels: string[]) => candidatesFor(ai, { step, labels });
    expect(of('code-review', 'bug', 'urgent')).to.deep.equal(['small', 'big']);
    expect(of('code-review', 'cheap')).to.deep.equal(['local']);
    expect(of('plan-generation', 'cheap')).to.deep.equal(['small']);
    expect(of('plan-generation', 'urgent')).to.deep.equal(['big']);
  });

  it('come in the order of the project, and that is told once', async () => {
    const { names, told } = await orderOf({});
    expect(names).to.deep.equal(['big', 'small', 'local']);
    expect(told).to.deep.equal({
      agent: 'big',
      provider: 'service-big',
      model: 'service-big-1',
      fallback: ['small', 'local'],
      why: 'first in the order of the project',
    });
  });

  it('come by what labels say', async () => {
    const rules = [{ labels: ['cheap'], use: ['local'] }];
    expect((await orderOf({ ai: { rules }, labels: ['cheap'] })).names).to.deep.equal(['local']);
    expect((await orderOf({ ai: { rules } })).names).to.deep.equal(['big', 'small', 'local']);
  });

  it('come last while their service asked to be left alone, or a circuit of it is open', async () => {
    const held = await orderOf({}, ({ circuits }) =>
      circuits.hold({ service: 'service-big', untilMs: Date.now() + 60_000, why: 'too many requests' }),
    );
    expect(held.names).to.deep.equal(['small', 'local', 'big']);
    const call = { service: 'service-small', operation: 'respond' };
    const open = await orderOf({}, async ({ circuits }) => {
      for (let i = 0; i < 5; i += 1) await circuits.failed(call, 'away');
    });
    expect(open.names).to.deep.equal(['big', 'local', 'small']);
    const over = await orderOf({}, ({ circuits }) =>
      circuits.hold({ service: 'service-big', untilMs: Date.now() - 1, why: 'long ago' }),
    );
    expect(over.names).to.deep.equal(['big', 'small', 'local']);
  });

  it('come by what was measured, with another one now and then, when the project says so', async () => {
    const ai = { routing: 'measured', exploration: 0.1 };
    const measure = async ({ deps }: Bench) => {
      for (const [agent, runs, good] of [
        ['big', 10, 5],
        ['small', 10, 9],
        ['local', 10, 1],
      ] as const) {
        const model = { provider: `service-${agent}`, model: `service-${agent}-1` };
        const record = { ...NO_RECORD, runs, done: good };
        await deps.agentRecords.add({ project: 'demo', step: 'issue-intake', agent, ...model, record });
      }
    };
    const best = await orderOf({ ai, random: () => 0.5 }, measure);
    expect(best.names).to.deep.equal(['small', 'big', 'local']);
    const explored = await orderOf({ ai, random: () => 0.05 }, measure);
    expect(explored.names).to.deep.equal(['big', 'small', 'local']);
    expect((await orderOf({ ai })).told).to.include({ why: 'too little is known of it' });
  });

  it('count as there when nobody can say otherwise', async () => {
    const { names } = await orderOf({}, async ({ circuits }) => {
      circuits.listHolds = () => Promise.reject(new Error('Redis stumbled'));
    });
    expect(names).to.deep.equal(['big', 'small', 'local']);
  });

  it('stand in for one another: each has a circuit, a price and a key of its own', async () => {
    const broken = fakeProvider({
      name: 'service-big',
      answer: () => Promise.reject(new TammaError('AI_KEY_MISSING', 'no key', { class: 'authentication' })),
    });
    const said: string[] = [];
    await using bench = await openStory(
      async ({ agents, signal }) => {
        for (const { name, provider } of await agents()) {
          const answer = await provider.respond(askOf(), { signal }).catch((error: TammaError) => error.code);
          said.push(`${name}: ${typeof answer === 'string' ? answer : answer.model}`);
        }
      },
      { providers: { ...PROVIDERS, big: broken } },
    );
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(said).to.deep.equal(['big: AI_KEY_MISSING', 'small: parrot-1', 'local: parrot-1']);
  });

  it('escalate the step with what to do when the only one has no key', async () => {
    const remedy = 'Set MY_KEY.';
    const missing = new TammaError('AI_KEY_MISSING', 'there is no key', { class: 'authentication', remedy });
    const broken = { ...fakeProvider(), countTokens: () => Promise.reject(missing) };
    await using bench = await openStory(
      async ({ agents, signal }) => {
        const [agent] = await agents();
        await agent?.provider.respond(askOf(), { signal });
      },
      { ai: { use: ['big'] }, providers: { big: broken } },
    );
    expect((await bench.run(INTAKE)).kind).to.equal('stop');
    const told = (await bench.events()).find((event) => event.type === 'TASK.FAILED.PERMANENT');
    expect(told?.data).to.deep.include({
      error: { code: 'AI_KEY_MISSING', class: 'authentication', message: 'there is no key', remedy },
    });
  });
});

describe('a model that is busy', () => {
  it('is left alone by every worker until the time it named, after one of them heard of it', async () => {
    const prefix = uniqueName('busy');
    let calls = 0;
    const busy = fakeProvider({
      name: 'service-big',
      answer: () => {
        calls += 1;
        const about = { class: 'rate-limit', retryAfterMs: 30_000 } as const;
        return Promise.reject(new TammaError('AI_OVERLOADED', 'it is overloaded', about));
      },
    });
    const ask = async ({ agents, signal }: StepContext) => {
      const [agent] = await agents();
      await agent?.provider.respond(askOf(), { signal });
    };
    const options = { prefix, ai: { use: ['big'] }, providers: { big: busy } };
    await using one = await openStory(ask, options);
    await using other = await openStory(ask, options);
    const keys = redisKeysOf(prefix);
    const workers = [one, other].map((bench) => {
      const circuits = createCircuits({ redis: bench.redis, keys, settings: BREAKER_DEFAULTS });
      const { deps, eventLog, metrics } = bench;
      const { workerId, now, logger } = deps;
      const books = new CallBooks({ circuits, eventLog, workerId, now, logger, metrics });
      const execute = createExecutor({ ...deps, circuits, books }, 'git');
      return (attempt: number) => execute(bench.taskOf(INTAKE, { attempt }), new AbortController().signal);
    });
    const fates = [];
    for (const [index, work] of [...workers, ...workers].entries()) fates.push(await work(index + 1));
    expect(calls).to.equal(1);
    expect(fates.map((fate) => fate.kind)).to.deep.equal(['park', 'park', 'park', 'park']);
    const held = (await one.types()).filter((type) => type === 'SERVICE.HELD.SUCCESS');
    expect(held).to.have.lengthOf(1);
    const chosen = (await one.events()).filter((event) => event.type === 'AI.AGENT.CHOSEN');
    expect(chosen.at(-1)?.data).to.include({ agent: 'big', why: 'no other is to be had' });
  });
});
