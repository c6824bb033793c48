import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { aiSchema } from '@tamma/contracts';
import { FREE } from '@tamma/domain';
import { readAiEnvironment } from '@tamma/process';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { type AgentKnowledge, type CheckAgentsOptions, checkAgents } from './check-agents.ts';

const KEY = 'sk-ant-aSecretThatNobodySees';

interface Given {
  readonly variables?: Readonly<Record<string, string>>;
  readonly knowledge?: Partial<AgentKnowledge>;
  readonly options?: Partial<CheckAgentsOptions>;
}

/** All that is wrong with projects whose AI settings are these; services answer well unless said otherwise. */
async function problemsOf(settings: readonly unknown[], { variables = {}, knowledge, options }: Given = {}) {
  const problems = await checkAgents(
    settings.map((one) => ({ ai: aiSchema.parse(one) })),
    {
      knowledge: {
        anthropic: async () => null,
        openai: async () => null,
        findPrice: (model) => (model.startsWith('claude') ? FREE : null),
        modelDefault: 'claude-sonnet-5-5',
        ...knowledge,
      },
      environment: readAiEnvironment(variables),
      prices: {},
      path: '/nowhere',
      source: 'tamma.config.yaml',
      ...options,
    },
  );
  expect(JSON.stringify(problems)).to.not.contain(KEY);
  return problems.map(({ path, message, remedy }) => [path, message, remedy ?? ''].join(' | '));
}

const WITH_KEY = { ANTHROPIC_API_KEY: KEY };

describe('the check of agents', () => {
  it('says nothing of what is in order, and asks with the model that would be asked', async () => {
    const asked: unknown[] = [];
    const anthropic: AgentKnowledge['anthropic'] = async (agent) => {
      asked.push(agent);
      return null;
    };
    const variables = {
      ...WITH_KEY,
      ANTHROPIC_MODEL: 'claude-x',
      ANTHROPIC_BASE_URL: 'http://proxy.example/',
    };
    expect(
      await problemsOf([{ provider: 'anthropic' }], { variables, knowledge: { anthropic } }),
    ).to.deep.equal([]);
    const own = { provider: 'anthropic', model: 'claude-y', baseUrl: 'http://own.example' };
    expect(await problemsOf([own], { variables, knowledge: { anthropic } })).to.deep.equal([]);
    expect(
      await problemsOf([{ provider: 'anthropic' }], { variables: WITH_KEY, knowledge: { anthropic } }),
    ).to.deep.equal([]);
    const key = { apiKey: KEY, keyVariable: 'ANTHROPIC_API_KEY' };
    expect(asked).to.deep.equal([
      { ...key, model: 'claude-x', baseUrl: 'http://proxy.example' },
      { ...key, model: 'claude-y', baseUrl: 'http://own.example' },
      { ...key, model: 'claude-sonnet-5-5' },
    ]);
  });

  it('names every agent of every project that lacks something, at once', async () => {
    const agents = {
      claude: { provider: 'anthropic' },
      gpt: { provider: 'openai', model: 'gpt-x' },
      cli: { provider: 'command', command: ['claude', '-p'] },
      canned: { provider: 'scripted', answers: '/nowhere/answers' },
    };
    const problems = await problemsOf([{ agents }, { provider: 'anthropic' }]);
    expect(problems).to.have.length(6);
    const [claude, gpt, price, cli, canned, flat] = problems;
    expect(claude).to.match(
      /^projects\[0\]\.ai\.agents\.claude \| ANTHROPIC_API_KEY is not set \| Set ANTHROPIC_API_KEY/,
    );
    expect(gpt).to.match(/^projects\[0\]\.ai\.agents\.gpt \| OPENAI_API_KEY is not set/);
    expect(price).to.contain('"gpt-x" costs').and.contain('prices:');
    expect(cli).to.match(/^projects\[0\]\.ai\.agents\.cli \| there is no program "claude" on PATH/);
    expect(canned).to.match(/^projects\[0\]\.ai\.agents\.canned \| its answers cannot be read: ENOENT/);
    expect(flat).to.match(/^projects\[1\]\.ai \| ANTHROPIC_API_KEY is not set/);
  });

  it('hands on what a service says of key and model, and asks it once for agents that are alike', async () => {
    let calls = 0;
    const anthropic = async () => {
      calls += 1;
      return { problem: 'the key was refused', remedy: 'Make a new one.' };
    };
    const settings = { provider: 'anthropic' };
    const problems = await problemsOf([settings, settings], {
      variables: WITH_KEY,
      knowledge: { anthropic },
    });
    expect(problems).to.deep.equal([
      'projects[0].ai | the key was refused | Make a new one.',
      'projects[1].ai | the key was refused | Make a new one.',
    ]);
    expect(calls).to.equal(1);
  });

  it('does not wait for a service without an end, and survives one that breaks', async () => {
    const silent: AgentKnowledge['anthropic'] = (_agent, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    const given = { variables: WITH_KEY, options: { timeoutMs: 20 } };
    const [late] = await problemsOf([{ provider: 'anthropic' }], {
      ...given,
      knowledge: { anthropic: silent },
    });
    expect(late).to.contain('anthropic did not answer within 0.02 s');
    const broken = () => Promise.reject(new Error('it broke'));
    const [failed] = await problemsOf([{ provider: 'anthropic' }], {
      ...given,
      knowledge: { anthropic: broken },
    });
    expect(failed).to.contain('it broke');
  });

  it('wants neither key nor price for a server on this machine', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      const baseUrl = `http://${host}:11434/v1`;
      const own = { provider: 'openai', model: 'qwen', baseUrl, keyVariable: null };
      expect(await problemsOf([own])).to.deep.equal([]);
    }
    const elsewhere = {
      provider: 'openai',
      model: 'qwen',
      baseUrl: 'http://127.evil.example/v1',
      keyVariable: null,
    };
    expect(await problemsOf([elsewhere])).to.have.length(1);
  });

  it('finds programs on PATH and by their whole path, and no folders or plain files', async () => {
    await using folder = await testFolder();
    const program = join(folder.path, 'agent');
    await writeFile(program, '#!/bin/sh\n');
    await mkdir(join(folder.path, 'folder'));
    const options = { path: `/nowhere::${folder.path}` };
    const count = async (name: string) =>
      (await problemsOf([{ provider: 'command', command: [name] }], { options })).length;
    expect([await count('agent'), await count(program)]).to.deep.equal([1, 1]);
    await chmod(program, 0o700);
    expect([await count('agent'), await count(program)]).to.deep.equal([0, 0]);
    expect([await count('folder'), await count('/nowhere/agent')]).to.deep.equal([1, 1]);
    expect(await count('./node_modules/.bin/agent')).to.equal(0);
  });
});
