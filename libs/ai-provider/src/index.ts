export * from './agent-loop.ts';
export type * from './agent-request.ts';
export * from './ai-provider.ts';
export { defineTool, type Tool, ToolRefusal } from './tool.ts';
