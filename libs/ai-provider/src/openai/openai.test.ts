import { FREE, usdOf } from '@tamma/domain';
import { expect } from 'chai';
import { aiProviderContract } from '../contract.ts';
import { startAimock } from '../testing/aimock.ts';
import { buildRequest, failureOf, textOf } from '../testing/conversation.ts';
import { recordFetch } from '../testing/recording-fetch.ts';
import { createOpenAiProvider } from './index.ts';

const KEY = 'sk-test-secret-1234567890';
const PRICE = { input: 1, output: 5, cacheRead: 0.1, cacheWrite: 1.25 };

aiProviderContract('openai', async () => {
  const aimock = await startAimock();
  const { fetch, bodies } = recordFetch();
  return {
    provider: createOpenAiProvider({
      apiKey: KEY,
      baseUrl: `${aimock.url}/v1`,
      model: 'gpt-5',
      price: PRICE,
      fetch,
    }),
    failures: ['network', 'authentication', 'rate-limit', 'validation'],
    key: KEY,
    sent: () => bodies,
    arrange: async (scenario) => aimock.arrange(scenario),
    [Symbol.asyncDispose]: () => aimock[Symbol.asyncDispose](),
  };
});

describe('openai provider against aimock', () => {
  const { signal } = new AbortController();

  const TROUBLES = [
    { chaos: { rateLimitRate: 1 }, code: 'AI_RATE_LIMITED', class: 'rate-limit' },
    { chaos: { dropRate: 1 }, code: 'AI_SERVICE_FAILED', class: 'network' },
    { chaos: { malformedRate: 1 }, code: 'AI_ANSWER_MALFORMED', class: 'network' },
    { chaos: { disconnectRate: 1 }, code: 'AI_UNREACHABLE', class: 'network' },
  ];
  for (const { chaos, ...expected } of TROUBLES) {
    it(`takes ${Object.keys(chaos).join()} for ${expected.code}`, async () => {
      await using aimock = await startAimock();
      aimock.arrange('text');
      aimock.trouble(chaos);
      const provider = createOpenAiProvider({
        apiKey: KEY,
        baseUrl: `${aimock.url}/v1`,
        model: 'm',
        price: FREE,
      });
      expect(await failureOf(provider.respond(buildRequest(), { signal }))).to.include(expected);
    });
  }

  it('is cut off in the middle of an answer', async () => {
    await using aimock = await startAimock();
    aimock.play({
      match: {},
      response: { content: 'hello '.repeat(50) },
      latency: 10,
      truncateAfterChunks: 3,
    });
    const provider = createOpenAiProvider({
      apiKey: null,
      baseUrl: `${aimock.url}/v1`,
      model: 'm',
      price: FREE,
    });
    const error = await failureOf(provider.respond(buildRequest(), { signal }));
    expect(error).to.include({ code: 'AI_STREAM_CUT', class: 'network' });
  });

  it('costs what its tokens cost', async () => {
    await using aimock = await startAimock();
    aimock.arrange('text');
    const provider = createOpenAiProvider({
      apiKey: null,
      baseUrl: `${aimock.url}/v1`,
      model: 'm',
      price: PRICE,
    });
    const response = await provider.respond(buildRequest(), { signal });
    expect(textOf(response)).to.equal('hello from the model');
    expect(response.usage).to.deep.include({ inputTokens: 40, outputTokens: 7, costUsd: usdOf(40 + 35) });
  });
});
