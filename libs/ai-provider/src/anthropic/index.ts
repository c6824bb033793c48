export { type AgentProblem, checkAnthropicAgent } from './check-agent.ts';
export { ANTHROPIC_URL } from './client.ts';
export { type AnthropicOptions, createAnthropicProvider } from './provider.ts';
