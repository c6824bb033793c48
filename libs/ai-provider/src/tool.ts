import { type RefusalRule, TammaError } from '@tamma/domain';
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
  /** It changes nothing, whatever its input: after a turn of such calls alone the work is as it was before. */
  readonly readsOnly?: true;
  /** `signal` aborts when the conversation is over before the tool is. What runs long heeds it. */
  run(input: Input, signal?: AbortSignal): Promise<string>;
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

/** A limit of ours that a call would break: the model is told, and so is the audit trail. */
export class ToolRefusal extends TammaError {
  readonly rule: RefusalRule;
  readonly target: string;

  constructor(rule: RefusalRule, target: string, options: { readonly why: string; readonly remedy: string }) {
    super('TOOL_REFUSED', options.why, { class: 'validation', remedy: options.remedy });
    this.rule = rule;
    this.target = target;
  }
}
