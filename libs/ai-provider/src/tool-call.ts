import { cutMiddle, reportError } from '@tamma/domain';
import type { z } from 'zod';
import { FINISH_TOOL, SUMMARY_MAX, TOOL_OUTPUT_MAX } from './agent-limits.ts';
import type { AssistantBlock, ToolDescription, UserBlock } from './ai-provider.ts';
import type { Tool } from './tool.ts';

export type ToolCall = Extract<AssistantBlock, { type: 'tool_call' }>;
type ToolResult = Extract<UserBlock, { type: 'tool_result' }>;

export interface ToolAnswer {
  readonly ok: boolean;
  readonly content: string;
}

/** Never throws: unknown tools, unfit input and failures are answers that the model can act on. */
export async function runToolCall(tools: ReadonlyMap<string, Tool>, call: ToolCall): Promise<ToolAnswer> {
  const tool = tools.get(call.name);
  if (tool === undefined) return failure(describeUnknown(call.name, [...tools.keys()]));
  try {
    const input = await tool.input.safeParseAsync(call.input);
    if (!input.success) return failure(`The input does not fit. ${describeProblems(input.error)}`);
    return { ok: true, content: bound(await tool.run(input.data)) };
  } catch (thrown) {
    const { message, remedy } = reportError(thrown);
    return failure(remedy === undefined ? message : `${message}\nRemedy: ${remedy}`);
  }
}

export function toolResult(call: ToolCall, answer: ToolAnswer): ToolResult {
  return { type: 'tool_result', callId: call.id, content: answer.content, isError: !answer.ok };
}

/** One sentence per field, such as `acceptance.0: expected string, received number`. */
export function describeProblems(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
}

/** The tool and its main argument: one printable line, never the body of a file. */
export function summarizeCall(call: ToolCall, description: ToolDescription | undefined): string {
  return toLine(`${call.name} ${mainArgument(call.input, description)}`, SUMMARY_MAX);
}

/** Text that a model wrote as one printable line; it is shown in terminals and stored in JSON columns. */
export function toLine(text: string, max: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const cut = line.length <= max ? line : `${line.slice(0, max - 1)}…`;
  return cut.toWellFormed();
}

function mainArgument(input: unknown, description: ToolDescription | undefined): string {
  // The result is no argument: it is long, and it is kept elsewhere.
  if (description?.name === FINISH_TOOL) return '';
  const properties = description?.inputSchema.properties;
  if (typeof properties !== 'object' || properties === null) return '';
  const [main] = Object.keys(properties);
  if (main === undefined || typeof input !== 'object' || input === null) return '';
  const value: unknown = Reflect.get(input, main);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** An answer the model can mend its call with. */
export function failure(content: string): ToolAnswer {
  return { ok: false, content: bound(content) };
}

function bound(text: string): string {
  return cutMiddle(text, TOOL_OUTPUT_MAX).toWellFormed();
}

function describeUnknown(name: string, known: readonly string[]): string {
  return `There is no tool "${toLine(name, SUMMARY_MAX)}". The tools are: ${[...known, FINISH_TOOL].join(', ')}.`;
}
