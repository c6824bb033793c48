import { z } from 'zod';
import type { ToolDescription } from './ai-provider.ts';

/**
 * Something a model may call. What it throws goes back to the model as an honest error. Declare the main
 * argument first in `input`: it is the one that summaries show.
 */
export interface Tool<Input = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  run(input: Input): Promise<string>;
}

/**
 * Keeps the type of the input while the tool is written and forgets it for the list of tools; the agent loop
 * gives `run` only what `input` let through.
 */
export function defineTool<Input>(tool: Tool<Input>): Tool {
  return tool;
}

export function describeTool(tool: Pick<Tool, 'name' | 'description' | 'input'>): ToolDescription {
  return { name: tool.name, description: tool.description, inputSchema: inputSchemaOf(tool.input) };
}

/** JSON Schema of what a model has to write: defaults may be left out, hence `input`. */
function inputSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(schema, { io: 'input' });
}
