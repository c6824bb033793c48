export { type AgentProblem, checkAnthropicAgent } from './check-agent.ts';
export { type AnthropicOptions, createAnthropicProvider } from './provider.ts';
export { ANTHROPIC_URL } from './service-name.ts';
