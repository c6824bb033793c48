import { NO_RECORD, TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { openStory, PROVIDERS } from './testing/agents-story.ts';
import { FIRST } from './testing/bench.ts';
import { askOf, fakeProvider } from './testing/fake-agents.ts';

const INTAKE = FIRST.id;

describe('the end of a conversation', () => {
  it('is told, and measured by project, step, agent and model, repairs with those who left them', async () => {
    await using bench = await openStory(async ({ agents, reportAgent }) => {
      const [big] = await agents();
      if (big === undefined) throw new Error('there is one');
      const report = { agent: big, turns: 7, durationMs: 2000, costUsd: 0.25 } as const;
      await reportAgent({ ...report, result: 'done', why: '', repairs: 'small' });
      await reportAgent({
        ...report,
        result: 'gave-up',
        why: 'x'.repeat(5000),
        repairs: 'somebody who left',
      });
    });
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    const ended = (await bench.events()).filter((event) => event.type === 'AI.AGENT.ENDED');
    expect(ended.map(({ data }) => data)[0]).to.deep.equal({
      ...{ agent: 'big', provider: 'service-big', model: 'service-big-1', step: 'issue-intake' },
      ...{ result: 'done', turns: 7, durationMs: 2000, costUsd: 0.25, why: '' },
    });
    expect(JSON.stringify(ended[1]?.data)).to.have.length.lessThan(1000);
    const records = await bench.deps.agentRecords.list();
    const of = (agent: string) => records.find((one) => one.agent === agent);
    expect(of('big')).to.deep.include({
      provider: 'service-big',
      record: { runs: 2, done: 1, repairs: 0, turns: 14, durationMs: 4000, costMicroUsd: 500_000 },
    });
    expect(of('small')).to.deep.include({ model: 'service-small-1', record: { ...NO_RECORD, repairs: 1 } });
    expect(records).to.have.lengthOf(2);
  });

  it('is not held against an agent that was never asked, nor a repair against anybody before it is made', async () => {
    const away = new TammaError('SERVICE_HELD', 'not now', { class: 'rate-limit', heldUntilMs: 1 });
    const keyless = new TammaError('AI_KEY_MISSING', 'no key', { class: 'authentication' });
    const failing = (name: string, error: TammaError) =>
      fakeProvider({ name, answer: () => Promise.reject(error) });
    const providers = { ...PROVIDERS, big: failing('b', away), small: failing('s', keyless) };
    await using bench = await openStory(
      async ({ agents, reportAgent, signal }) => {
        for (const agent of await agents()) {
          const result = await agent.provider.respond(askOf(), { signal }).then(
            () => 'done' as const,
            () => 'failed' as const,
          );
          await reportAgent({
            agent,
            result,
            turns: 0,
            durationMs: 1,
            costUsd: 0,
            why: '',
            repairs: 'local',
          });
        }
      },
      { providers },
    );
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    const records = await bench.deps.agentRecords.list();
    const runs = records.map(({ agent, record }) => [agent, record.runs, record.done, record.repairs]);
    expect(runs).to.have.deep.members([
      ['small', 1, 0, 0],
      ['local', 1, 1, 1],
    ]);
  });

  it('is not held against an agent whose service or money gave out half-way, and what it took counts', async () => {
    const spent = new TammaError('BUDGET_EXHAUSTED', 'all is spent', { class: 'budget', heldUntilMs: 1 });
    const providers = { ...PROVIDERS, big: fakeProvider({ name: 'b', answer: () => Promise.reject(spent) }) };
    await using bench = await openStory(
      async ({ agents, reportAgent, signal }) => {
        const [agent] = await agents();
        if (agent === undefined) throw new Error('expected an agent');
        await agent.provider.respond(askOf(), { signal }).catch(() => undefined);
        await reportAgent({
          agent,
          result: 'failed',
          turns: 3,
          durationMs: 5,
          costUsd: 0.5,
          why: '',
          repairs: undefined,
        });
      },
      { providers },
    );
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    const records = await bench.deps.agentRecords.list();
    expect(records.map(({ record }) => record)).to.deep.equal([
      { runs: 0, done: 0, repairs: 0, turns: 3, durationMs: 5, costMicroUsd: 500_000 },
    ]);
  });
});
