import type { AiProvider, AiRequest, AiResponse, RespondOptions } from '@tamma/ai-provider';
import { costOf, FREE, type ModelPrice, NO_TOKENS, type TokenCounts, usdOf } from '@tamma/domain';
import type { AgentOf } from '../../agents.ts';

/** One dollar for a million tokens in, ten for a million out: a token is a millionth of a dollar, or ten. */
const PRICE: ModelPrice = { input: 1, output: 10, cacheRead: 0, cacheWrite: 1 };

export interface FakeProvider extends AiProvider {
  readonly requests: readonly AiRequest[];
}

export type FakeAnswer = (options: RespondOptions, request: AiRequest) => Promise<AiResponse>;

export interface FakeProviderOptions {
  readonly name?: string;
  readonly price?: ModelPrice;
  readonly promptTokens?: number;
  readonly answer?: FakeAnswer;
}

/** A model that answers as the test says; by default one hundred tokens at once. */
export function fakeProvider(options: FakeProviderOptions = {}): FakeProvider {
  const { name = 'parrot', price = PRICE, promptTokens = 1000, answer = answerWith({}) } = options;
  const requests: AiRequest[] = [];
  return {
    name,
    model: `${name}-1`,
    price,
    requests,
    countTokens: async () => promptTokens,
    respond: (request, about) => {
      requests.push(request);
      return answer(about, request);
    },
  };
}

/** Tokens of one answer; those that are not named are a prompt of 1,000 and an answer of 100. */
export function tokensOf(tokens: Partial<TokenCounts>): TokenCounts {
  return { ...NO_TOKENS, inputTokens: 1000, outputTokens: 100, ...tokens };
}

export function answerWith(tokens: Partial<TokenCounts>, price: ModelPrice = PRICE): FakeAnswer {
  const usage = tokensOf(tokens);
  return async ({ onUsage }) => {
    onUsage?.(usage);
    const costUsd = usdOf(costOf(usage, price));
    return {
      model: 'parrot-1',
      content: [{ type: 'text', text: 'hello' }],
      stopReason: 'end',
      usage: { ...usage, costUsd },
    };
  };
}

/** Every project has these agents, by their names; any other name stands for a model that costs nothing and says nothing. */
export function fakeAgents(providers: Readonly<Record<string, AiProvider>>): AgentOf {
  return (_project, name) => {
    const nobody = fakeProvider({
      name: 'none',
      price: FREE,
      answer: () => Promise.reject(new Error('no model in this test')),
    });
    const provider = providers[name] ?? nobody;
    const limits = { outputTokensMax: 4000, contextTokensMax: 100_000 };
    return { name, provider, ...limits, isMetered: provider.price !== FREE };
  };
}

/** What a step asks its first agent, with an answer of 2,000 tokens at most. */
export function askOf(overrides: Partial<AiRequest> = {}): AiRequest {
  const about = { project: 'demo', workflowId: 'demo-1.r1', issue: 1, step: 'issue-intake' };
  return {
    purpose: { ...about, round: 0, turn: 1 },
    system: 'Be kind.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }],
    tools: [],
    outputTokensMax: 2000,
    ...overrides,
  };
}
