import { FREE } from '@tamma/domain';
import { aiProviderContract } from '../contract.ts';
import { startAimock } from '../testing/aimock.ts';
import { recordFetch } from '../testing/recording-fetch.ts';
import { createAnthropicProvider } from './provider.ts';

const KEY = 'sk-ant-a-key-of-the-test';

for (const [model, effort] of [
  ['claude-sonnet-5-5', 'medium'],
  ['claude-haiku-4-5', 'high'],
  ['some-other-model', 'off'],
] as const) {
  aiProviderContract(`anthropic with ${model}, effort ${effort}`, async () => {
    const mock = await startAimock();
    const { fetch, bodies } = recordFetch();
    return {
      provider: createAnthropicProvider({
        apiKey: KEY,
        baseUrl: mock.url,
        model,
        effort,
        price: FREE,
        fetch,
      }),
      failures: ['network', 'authentication', 'rate-limit', 'validation'],
      key: KEY,
      arrange: async (scenario) => mock.arrange(scenario),
      sent: () => bodies,
      [Symbol.asyncDispose]: () => mock[Symbol.asyncDispose](),
    };
  });
}
