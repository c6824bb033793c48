import type { AgentKnowledge } from './check-agents.ts';

/** Loaded for a check alone: whoever starts talks to no model. The library of a service only when an agent is of its kind. */
export async function learnOfAgents(): Promise<AgentKnowledge> {
  const prices = await import('@tamma/ai-provider/prices');
  return {
    anthropic: async (agent, signal) => {
      const { checkAnthropicAgent } = await import('@tamma/ai-provider/anthropic');
      return checkAnthropicAgent(agent, signal);
    },
    openai: async (agent, signal) => {
      const { checkOpenAiAgent } = await import('@tamma/ai-provider/openai');
      return checkOpenAiAgent(agent, signal);
    },
    findPrice: prices.findPrice,
    modelDefault: prices.DEFAULT_MODEL,
  };
}
