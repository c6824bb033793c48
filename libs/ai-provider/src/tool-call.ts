import { reportError, TammaError } from '@tamma/domain';
import { ASK_TOOL, FINISH_TOOL, SUMMARY_MAX } from './agent-limits.ts';
import type { Refusal } from './agent-request.ts';
import type { Toolbox } from './agent-toolbox.ts';
import type { AssistantBlock, ToolDescription } from './ai-provider.ts';
import { toLine } from './line.ts';
import { ToolRefusal } from './tool.ts';
import { readInput } from './tool-input.ts';

export type ToolCall = Extract<AssistantBlock, { type: 'tool_call' }>;

/** What goes back to the model. `refusal` is set when a limit of ours stood in the way. */
export interface ToolAnswer {
  readonly ok: boolean;
  readonly content: string;
  readonly refusal: Refusal | null;
}

/**
 * Unknown tools, unfit input and failures are answers that the model can act on. Throws only what no model can mend: an
 * error of class `system`, such as a full disk.
 */
export async function runToolCall(
  toolbox: Toolbox,
  call: ToolCall,
  signal: AbortSignal,
): Promise<ToolAnswer> {
  const tool = toolbox.tools.get(call.name);
  if (tool === undefined) return refuseUnknown(call, [...toolbox.descriptions.keys()]);
  const input = await readInput(tool.input, call.input);
  if (!input.ok) return failure(input.problem);
  try {
    return { ok: true, content: await tool.run(input.data, signal), refusal: null };
  } catch (thrown) {
    const { message, remedy, class: errorClass } = reportError(thrown);
    if (errorClass === 'system') throw thrown;
    const content = remedy === undefined ? message : `${message}\nRemedy: ${remedy}`;
    return { ok: false, content, refusal: refusalOf(thrown, call, toolbox) };
  }
}

/** An answer the model can mend its call with. */
export function failure(content: string, refusal: Refusal | null = null): ToolAnswer {
  return { ok: false, content, refusal };
}

/** The tool and its main argument: one printable line, never the body of a file. */
export function summarizeCall(call: ToolCall, description: ToolDescription | undefined): string {
  return toLine(`${call.name} ${mainArgument(call.input, description)}`, SUMMARY_MAX);
}

function mainArgument(input: unknown, description: ToolDescription | undefined): string {
  // The result is no argument: it is long, and it is kept elsewhere.
  if (description?.name === FINISH_TOOL) return '';
  const properties = description?.inputSchema.properties;
  if (typeof properties !== 'object' || properties === null) return '';
  const [main] = Object.keys(properties);
  if (main === undefined || typeof input !== 'object' || input === null) return '';
  const value: unknown = Reflect.get(input, main);
  // A program with its arguments comes as a list.
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isPlain = parts.every((part) => typeof part === 'string' || typeof part === 'number');
  return isPlain ? parts.join(' ') : '';
}

function refusalOf(thrown: unknown, call: ToolCall, toolbox: Toolbox): Refusal | null {
  if (thrown instanceof ToolRefusal) {
    return { rule: thrown.rule, target: line(thrown.target), why: line(thrown.message) };
  }
  if (!(thrown instanceof TammaError) || thrown.code !== 'WORKSPACE_PATH_REFUSED') return null;
  const target = mainArgument(call.input, toolbox.descriptions.get(call.name));
  return { rule: 'path', target: line(target), why: line(thrown.message) };
}

function refuseUnknown(call: ToolCall, known: readonly string[]): ToolAnswer {
  const name = line(call.name);
  if (name === ASK_TOOL) {
    const why = 'this step may not ask a person';
    const content = `Not asked: ${why}. Decide by what the issue and the repository say.`;
    return failure(content, { rule: 'question', target: name, why });
  }
  const content = `There is no tool "${name}". The tools are: ${known.join(', ')}.`;
  return failure(content, { rule: 'tool', target: name, why: 'there is no such tool' });
}

function line(text: string): string {
  return toLine(text, SUMMARY_MAX);
}
