import type { AiProvider } from '../ai-provider.ts';
import type { AnthropicOptions } from '../anthropic/provider.ts';
import { anthropicNameOf } from '../anthropic/service-name.ts';
import type { OpenAiProviderOptions } from '../openai/index.ts';
import { openAiNameOf } from '../openai/service-name.ts';

type Known = Pick<AiProvider, 'name' | 'model' | 'price'>;

/**
 * A provider that is made with the first call, so that who never asks it loads none of its library, which has hundreds of
 * files. A call rejects with what `load` threw; the next one tries again.
 */
export function provideOnDemand({ name, model, price }: Known, load: () => Promise<AiProvider>): AiProvider {
  let loading: Promise<AiProvider> | null = null;
  const loaded = (): Promise<AiProvider> => {
    const provider = loading ?? load();
    loading = provider;
    provider.catch(() => {
      loading = null;
    });
    return provider;
  };
  return {
    name,
    model,
    price,
    countTokens: async (request, options) => (await loaded()).countTokens(request, options),
    respond: async (request, options) => (await loaded()).respond(request, options),
  };
}

export function provideAnthropic(options: AnthropicOptions): AiProvider {
  return provideOnDemand({ ...options, name: anthropicNameOf(options) }, async () => {
    const { createAnthropicProvider } = await import('../anthropic/index.ts');
    return createAnthropicProvider(options);
  });
}

export function provideOpenAi(options: OpenAiProviderOptions): AiProvider {
  return provideOnDemand({ ...options, name: openAiNameOf(options) }, async () => {
    const { createOpenAiProvider } = await import('../openai/index.ts');
    return createOpenAiProvider(options);
  });
}
