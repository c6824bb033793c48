import { FREE } from '@tamma/domain';
import type { AiProvider } from '../../ai-provider.ts';
import { type AnthropicOptions, createAnthropicProvider } from '../provider.ts';

export const KEY = 'sk-ant-a-key-of-the-test';

/** A provider for a stand-in at the address. */
export function providerAt(url: string, changes: Partial<AnthropicOptions> = {}): AiProvider {
  return createAnthropicProvider({
    apiKey: KEY,
    baseUrl: url,
    model: 'claude-sonnet-5-5',
    effort: 'medium',
    price: FREE,
    ...changes,
  });
}

export function plain(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
