import { aiSchema, type Project } from '@tamma/contracts';
import { buildProject } from '@tamma/contracts/testing';
import { FREE, type ModelPrice, TammaError } from '@tamma/domain';
import { readAiEnvironment } from '@tamma/process';
import { expect } from 'chai';
import { type AgentsOptions, createAgents } from './agents.ts';
import { askOf, fakeProvider } from './executor/testing/fake-agents.ts';

const KNOWN: ModelPrice = { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 };
const signal = new AbortController().signal;

/** Agents whose providers only remember what they were made of. */
function openAgents(
  variables: Readonly<Record<string, string>>,
  overrides: Partial<AgentsOptions> = {},
  record: AgentsOptions['makers']['record'] = (provider) => provider,
) {
  const made: Record<string, unknown>[] = [];
  const known: (readonly string[])[] = [];
  const make = (name: string) => (options: object) => {
    made.push({ name, ...options });
    const price = 'price' in options ? (options.price as ModelPrice) : FREE;
    return fakeProvider({ name, price });
  };
  const findPrice = (model: string) => (model.startsWith('known') ? KNOWN : null);
  const agentOf = createAgents({
    makers: {
      anthropic: make('anthropic'),
      openai: make('openai'),
      command: make('command'),
      scripted: make('scripted'),
      record,
    },
    environment: readAiEnvironment(variables),
    variables,
    modelDefault: 'known-default',
    findPrice,
    requirePrice: (model) => {
      const price = findPrice(model);
      if (price !== null) return price;
      throw new TammaError('AI_PRICE_UNKNOWN', `nobody knows ${model}`, {
        class: 'validation',
        remedy: 'prices:',
      });
    },
    prices: {},
    secrets: ['known-secret'],
    createMask: (options) => {
      known.push(options.known);
      return async (text) => text;
    },
    ...overrides,
  });
  return { agentOf, made, known };
}

const projectWith = (ai: unknown): Project => buildProject({ ai: aiSchema.parse(ai) });

async function failureOf(agent: ReturnType<ReturnType<typeof createAgents>>): Promise<TammaError | null> {
  const thrown = await agent.provider.respond(askOf(), { signal }).catch((error: unknown) => error);
  return thrown instanceof TammaError ? thrown : null;
}

describe('agents of a project', () => {
  it('are made of its settings, the variables and the prices, once each', () => {
    const { agentOf, made } = openAgents({ ANTHROPIC_API_KEY: 'key-1', ANTHROPIC_MODEL: 'known-1' });
    const project = projectWith({ provider: 'anthropic', outputTokensMax: 1000, effort: 'low' });
    const agent = agentOf(project, 'anthropic');
    expect(agent).to.include({
      name: 'anthropic',
      outputTokensMax: 1000,
      contextTokensMax: 150_000,
      isMetered: true,
    });
    expect(agentOf(structuredClone(project), 'anthropic')).to.equal(agent);
    expect(made).to.deep.equal([
      {
        name: 'anthropic',
        apiKey: 'key-1',
        keyVariable: 'ANTHROPIC_API_KEY',
        model: 'known-1',
        effort: 'low',
        price: KNOWN,
      },
    ]);
  });

  it('take the model that was named first: in the project, in ANTHROPIC_MODEL, in this version', () => {
    const key = { ANTHROPIC_API_KEY: 'key-1', ANTHROPIC_BASE_URL: 'http://127.0.0.1:9/' };
    const plain = projectWith({ provider: 'anthropic' });
    const named = projectWith({ provider: 'anthropic', model: 'known-2', baseUrl: 'http://own.test' });
    const asked = openAgents({ ...key, ANTHROPIC_MODEL: 'known-1' });
    asked.agentOf(named, 'anthropic');
    asked.agentOf(plain, 'anthropic');
    const other = openAgents(key);
    other.agentOf(plain, 'anthropic');
    expect([...asked.made, ...other.made].map((one) => [one.model, one.baseUrl])).to.deep.equal([
      ['known-2', 'http://own.test'],
      ['known-1', 'http://127.0.0.1:9'],
      ['known-default', 'http://127.0.0.1:9'],
    ]);
  });

  it('refuse each call, and say why, when there is no key', async () => {
    const { agentOf, made } = openAgents({});
    const agent = agentOf(
      projectWith({ provider: 'anthropic', model: 'known-1', keyVariable: 'MY_LLM' }),
      'anthropic',
    );
    const error = await failureOf(agent);
    expect(error).to.include({ code: 'AI_KEY_MISSING', class: 'authentication' });
    expect(`${error?.message} ${error?.remedy}`).to.contain('MY_LLM');
    expect([agent.provider.name, agent.provider.model]).to.deep.equal(['anthropic', 'known-1']);
    expect(made).to.deep.equal([]);
  });

  it('refuse each call, and say why, when nobody knows what the model costs', async () => {
    const { agentOf } = openAgents({ ANTHROPIC_API_KEY: 'key-1', OPENAI_API_KEY: 'key-2' });
    const claude = agentOf(projectWith({ provider: 'anthropic', model: 'odd' }), 'anthropic');
    const remote = agentOf(projectWith({ provider: 'openai', model: 'odd' }), 'openai');
    for (const agent of [claude, remote]) {
      expect(await failureOf(agent)).to.include({ code: 'AI_PRICE_UNKNOWN', class: 'validation' });
    }
  });

  it('cost nothing on this machine and as a command, unless a price is set', () => {
    const { agentOf, made } = openAgents({
      OPENAI_API_KEY: 'key-2',
      HOME: '/home/ada',
      CODEX_API_KEY: 'key-345678',
    });
    const local = { provider: 'openai', baseUrl: 'http://127.0.0.1:11434/v1', keyVariable: null };
    const server = agentOf(projectWith({ ...local, model: 'llama' }), 'openai');
    const priced = agentOf(projectWith({ ...local, model: 'known-1' }), 'openai');
    const variables = ['HOME', 'CODEX_API_KEY', 'UNSET_ONE'];
    const cli = agentOf(projectWith({ provider: 'command', command: ['codex'], variables }), 'command');
    expect([server, priced, cli].map((one) => one.isMetered)).to.deep.equal([false, true, true]);
    expect(made.map((one) => one.price)).to.deep.equal([FREE, KNOWN, FREE]);
    expect(made[2]?.variables).to.deep.equal({ HOME: '/home/ada', CODEX_API_KEY: 'key-345678' });
    expect(made[0]).to.include({ apiKey: null, keyVariable: null });
  });

  it('see neither the secrets of this process nor the keys of their project', () => {
    const { agentOf, known } = openAgents({
      MY_LLM: 'key-of-mine',
      CODEX_API_KEY: 'key-345678',
      HOME: '/home/ada',
    });
    const agents = {
      one: { provider: 'anthropic', keyVariable: 'MY_LLM' },
      two: { provider: 'command', command: ['codex'], variables: ['CODEX_API_KEY', 'HOME'] },
      three: { provider: 'scripted', answers: 'answers' },
    };
    agentOf(projectWith({ agents }), 'three');
    expect(known).to.deep.equal([['known-secret', 'key-of-mine', 'key-345678']]);
  });

  it('are recorded as they see it: without secrets', async () => {
    const recorded: unknown[] = [];
    const record: AgentsOptions['makers']['record'] = (provider, maskAnswer) => ({
      ...provider,
      respond: async (request, options) => {
        const answer = await provider.respond(request, options);
        recorded.push(request.messages[0]?.content[0], ...(await maskAnswer(answer)).content);
        return answer;
      },
    });
    const createMask = () => async (text: string) => text.replace('hello', 'nothing');
    const { agentOf } = openAgents({}, { createMask }, record);
    const { provider } = agentOf(projectWith({ provider: 'scripted', answers: 'x' }), 'scripted');
    const { content } = await provider.respond(askOf(), { signal });
    expect(content).to.deep.equal([{ type: 'text', text: 'hello' }]);
    expect(recorded).to.deep.equal([
      { type: 'text', text: 'Say nothing.' },
      { type: 'text', text: 'nothing' },
    ]);
  });

  it('that nobody knows are named', () => {
    const { agentOf } = openAgents({});
    for (const name of ['nobody', 'constructor']) {
      expect(() => agentOf(projectWith({ provider: 'scripted', answers: 'x' }), name)).to.throw(
        TammaError,
        `project demo has no agent ${name}`,
      );
    }
  });
});
