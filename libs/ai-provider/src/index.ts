export * from './agent-loop.ts';
export * from './ai-provider.ts';
