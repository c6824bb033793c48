export * from './agent-loop.ts';
export * from './ai-provider.ts';
export { defineTool, type Tool } from './tool.ts';
