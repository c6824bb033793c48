import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import { createAnthropicProvider } from '../anthropic/index.ts';
import { createOpenAiProvider } from '../openai/index.ts';
import { thrownBy } from '../testing/agent-request.ts';
import { say, stubProvider } from '../testing/stub-provider.ts';
import { provideAnthropic, provideOnDemand, provideOpenAi } from './index.ts';

const REQUEST = {
  purpose: { project: 'demo', workflowId: 'demo-1.r1', issue: 1, step: 'research', round: 0, turn: 1 },
  system: '',
  messages: [],
  tools: [],
  outputTokensMax: 100,
};
const OPTIONS = { signal: new AbortController().signal };
const STUB = { name: 'stub', model: 'stub-1', price: FREE };

describe('a provider on demand', () => {
  it('is made with the first call, once, however many come at once', async () => {
    let made = 0;
    const provider = provideOnDemand(STUB, async () => {
      made += 1;
      return stubProvider([say('Hello.')]);
    });
    expect([provider.name, provider.model, made]).to.deep.equal(['stub', 'stub-1', 0]);

    const answers = await Promise.all([
      provider.respond(REQUEST, OPTIONS),
      provider.respond(REQUEST, OPTIONS),
    ]);
    await provider.countTokens(REQUEST, OPTIONS);

    expect(answers.map(({ model }) => model)).to.deep.equal(['stub-1', 'stub-1']);
    expect(made).to.equal(1);
  });

  it('is tried again after it could not be made', async () => {
    const failure = new Error('a file is missing');
    const tries = [Promise.reject(failure), Promise.resolve(stubProvider([say('Hello.')]))];
    const provider = provideOnDemand(STUB, () => tries.shift() ?? Promise.reject(new Error('a third time')));

    expect(await thrownBy(provider.respond(REQUEST, OPTIONS))).to.equal(failure);
    expect((await provider.respond(REQUEST, OPTIONS)).content).to.deep.equal([
      { type: 'text', text: 'Hello.' },
    ]);
  });

  it('has the name, model and price of the one that is made', () => {
    const anthropic = { apiKey: 'key', model: 'claude-x', effort: 'low', price: FREE } as const;
    const elsewhere = { ...anthropic, baseUrl: 'https://llm.acme.example', keyVariable: 'TEAM_KEY' };
    const places = ['https://api.openai.com/v1', 'http://127.0.0.1:11434/v1'];
    const pairs = [
      [provideAnthropic(anthropic), createAnthropicProvider(anthropic)],
      [provideAnthropic(elsewhere), createAnthropicProvider(elsewhere)],
      ...places.map((baseUrl) => {
        const options = { apiKey: 'key', keyVariable: 'TEAM_KEY', baseUrl, model: 'small', price: FREE };
        return [provideOpenAi(options), createOpenAiProvider(options)];
      }),
    ];
    for (const [demanded, made] of pairs) {
      const { name, model, price } = made ?? STUB;
      expect(demanded).to.deep.include({ name, model, price });
    }
  });

  it('refuses a call without a key as the one that is made does', async () => {
    const provider = provideAnthropic({ apiKey: null, model: 'claude-x', effort: 'low', price: FREE });
    expect(await thrownBy(provider.respond(REQUEST, OPTIONS))).to.have.property('class', 'authentication');
  });
});
