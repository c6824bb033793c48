import type { Agent } from '@tamma/ai-provider';
import { type ErrorClass, TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, typesOf } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { buildAgent, callTools, createQueuedModel, finish, promptOf, refuse, say } from '../testing/model.ts';
import { seedIntake } from '../testing/seeds.ts';

const ANSWER = ANSWERS.clarification;

function trouble(errorClass: ErrorClass, heldUntilMs?: number): TammaError {
  return new TammaError('AWAY', 'it is away', {
    class: errorClass,
    ...(heldUntilMs === undefined ? {} : { heldUntilMs }),
  });
}

/** Two agents, the first of which fails in its second turn. */
function agentsFailing(error: Error): { readonly agents: readonly Agent[]; readonly second: Asked } {
  const [first, second] = [createQueuedModel(), createQueuedModel()];
  first.queue(callTools(['list_files', {}]), async () => {
    throw error;
  });
  second.queue(finish(ANSWER));
  return { agents: [buildAgent(first, 'first'), buildAgent(second, 'second')], second };
}
type Asked = ReturnType<typeof createQueuedModel>;

describe('asking a model', () => {
  it('tells which agent said what to which prompt, and how far it is', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(say('I look.', ['list_files', {}]), finish(ANSWER));

    const made = await attempt(bench, 'clarification');

    const [response] = made.facts;
    expect(response?.data).to.include({ provider: 'queued', agent: 'only', turn: 1 });
    const prompt = response?.type === 'AI.RESPONSE.RECEIVED' ? response.data.prompt : '';
    expect(prompt).to.match(/^clarification\/prompt\.md@\d+#[0-9a-f]{12}$/);
    expect(made.steps).to.deep.equal([
      '10 the model is at work',
      '10 turn 1 of 40',
      '12 turn 2 of 40',
      '90 the model has answered',
    ]);
    const [report] = made.reports;
    expect(report).to.include({ result: 'done', turns: 2, costUsd: 0.02, why: '', repairs: undefined });
    expect(report?.agent.name).to.equal('only');
  });

  it('tells no secret that a model puts into a call', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
    bench.model.queue(callTools(['read_file', { path: `../${token}` }]), finish(ANSWER));
    const made = await attempt(bench, 'clarification');
    expect(typesOf(made)).to.include('AI.ACTION.REFUSED');
    expect(JSON.stringify(made.facts)).to.include('[secret removed]').and.not.include(token);
  });

  it('tells what was refused beside the call that asked for it', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(callTools(['read_file', { path: '../secret' }]), finish(ANSWER));

    const made = await attempt(bench, 'clarification');

    expect(typesOf(made).slice(1, 3)).to.deep.equal(['AI.TOOL.CALLED', 'AI.ACTION.REFUSED']);
    expect(made.facts[2]?.data).to.include({ action: 'read_file', rule: 'path', target: '../secret' });
  });

  for (const error of [
    trouble('network'),
    trouble('rate-limit'),
    trouble('authentication'),
    trouble('unknown', 1),
    new TammaError('AI_PRICE_UNKNOWN', 'it is away', { class: 'validation' }),
    new TammaError('AI_MODEL_UNKNOWN', 'it is away', { class: 'validation' }),
    new TammaError('AI_PROGRAM_MISSING', 'it is away', { class: 'validation' }),
  ]) {
    it(`goes to the next agent when a service fails with ${error.code} ${error.class}, which begins anew`, async () => {
      const { agents, second } = agentsFailing(error);
      await using bench = await createBench({ agents });
      seedIntake(bench);

      const { outcome, reports } = await attempt(bench, 'clarification');

      expect(outcome.kind).to.equal('done');
      expect(second.requests[0]?.messages).to.have.length(1);
      expect(promptOf(second.requests[0])).to.include('<issue ');
      expect(reports.map(({ agent, result, turns, why }) => [agent.name, result, turns, why])).to.deep.equal([
        ['first', 'failed', 1, 'it is away'],
        ['second', 'done', 1, ''],
      ]);
    });
  }

  for (const error of [
    trouble('budget'),
    trouble('budget', 1),
    trouble('validation'),
    new Error('it broke'),
  ]) {
    it(`goes to no other agent over ${error instanceof TammaError ? error.class : 'what nobody knows'}`, async () => {
      const { agents, second } = agentsFailing(error);
      await using bench = await createBench({ agents });
      seedIntake(bench);
      const thrown = await attempt(bench, 'clarification').catch((caught: unknown) => caught);
      expect(thrown).to.equal(error);
      expect(second.requests).to.deep.equal([]);
    });
  }

  it('throws what the last agent failed with', async () => {
    const { agents } = agentsFailing(trouble('network'));
    await using bench = await createBench({ agents: agents.slice(0, 1) });
    seedIntake(bench);
    expect(await attempt(bench, 'clarification').catch(String)).to.include('it is away');
  });

  it('takes trouble of ours for no trouble of a service', async () => {
    const { agents, second } = agentsFailing(trouble('network'));
    await using bench = await createBench({ agents });
    seedIntake(bench);
    const platform = {
      ...bench.platform,
      listIssueComments: async () => {
        throw trouble('network');
      },
    };
    expect(await attempt(bench, 'clarification', { platform }).catch(String)).to.include('it is away');
    expect(second.requests).to.deep.equal([]);
  });

  it('asks no other agent when one gives up, and reports that', async () => {
    const [first, second] = [createQueuedModel(), createQueuedModel()];
    first.queue(refuse());
    await using bench = await createBench({ agents: [buildAgent(first), buildAgent(second)] });
    seedIntake(bench);
    const { outcome, reports } = await attempt(bench, 'clarification');
    expect(outcome.kind).to.equal('stop');
    expect(reports.map(({ result }) => result)).to.deep.equal(['gave-up']);
    expect(second.requests).to.deep.equal([]);
  });

  it('takes a coding program that stopped by itself for a model that gave up', async () => {
    const tooDear = new TammaError('AI_RUN_TOO_DEAR', 'it cost too much', { class: 'model' });
    const { agents, second } = agentsFailing(tooDear);
    await using bench = await createBench({ agents });
    seedIntake(bench);
    const { outcome, reports } = await attempt(bench, 'clarification');
    expect(outcome.kind).to.equal('stop');
    expect(JSON.stringify(outcome)).to.include('AI_RUN_TOO_DEAR');
    expect(reports.map(({ result, turns, why }) => [result, turns, why])).to.deep.equal([
      ['gave-up', 1, 'it cost too much'],
    ]);
    expect(second.requests).to.deep.equal([]);
  });

  it('reports nothing of a conversation that was broken off', async () => {
    const controller = new AbortController();
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(async () => {
      controller.abort(new Error('told to stop'));
      throw trouble('network');
    });
    const { signal } = controller;
    const thrown = await attempt(bench, 'clarification', { signal }).catch(String);
    expect(thrown).to.equal('Error: told to stop');
  });

  it('says so when nobody may do it', async () => {
    await using bench = await createBench({ agents: [] });
    seedIntake(bench);
    const thrown = await attempt(bench, 'clarification').catch((caught: unknown) => caught);
    expect(thrown).to.include({ code: 'AGENT_MISSING', class: 'validation' });
  });
});
