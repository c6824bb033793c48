import { z } from 'zod';
import type { AiRequest } from '../ai-provider.ts';

const callSchema = z.object({
  tool: z.string().min(1),
  input: z.record(z.string(), z.unknown()).default({}),
});
export type CliCall = z.infer<typeof callSchema>;
const callsSchema = z.union([callSchema.transform((call) => [call]), z.array(callSchema).min(1)]);

/** More than are run in one turn are not read: an array of millions is an accident. */
const CALLS_MAX = 100;

type Asked = Pick<AiRequest, 'tools' | 'resultTool'>;

/** The calls that a text asks for in the last blocks that are some, or as a whole; none where it only talks. */
export function findCalls(text: string, asked: Asked): readonly CliCall[] {
  const calls =
    callsOfBlocks(fencedBlocks(text), asked) ?? readCalls(text, asked) ?? readCalls(lastObject(text), asked);
  return (calls ?? []).slice(0, CALLS_MAX);
}

/** Those of the last block that has some, and of the blocks right before it. */
function callsOfBlocks(blocks: readonly string[], asked: Asked): readonly CliCall[] | null {
  let found: readonly CliCall[] | null = null;
  for (const block of blocks.toReversed()) {
    if (found !== null && block.trim() === '') continue;
    const calls = readCalls(block, asked);
    if (calls !== null) found = [...calls, ...(found ?? [])];
    else if (found !== null) break;
  }
  return found;
}

/** The calls that a text is, and is nothing else; null: it is none. */
export function readCalls(text: string, { tools, resultTool }: Asked): readonly CliCall[] | null {
  const value = parseJson(text);
  const calls = callsSchema.safeParse(value);
  if (calls.success) return calls.data;
  const [only] = tools;
  if (tools.length !== 1 || only === undefined || only.name !== resultTool) return null;
  return hasRequired(value, only.inputSchema.required) ? [{ tool: only.name, input: value }] : null;
}

/** Whether a line begins or ends a block. */
export function isFence(line: string): boolean {
  return /^[ \t]*(?:`{3,}|~{3,})/.test(line);
}

/** What stands between two fences: as often as not it is nothing but text, which does no harm. */
function fencedBlocks(text: string): readonly string[] {
  const lines = text.split('\n');
  const fences = lines.flatMap((line, index) => (isFence(line) ? [index] : []));
  return fences.slice(0, -1).map((from, index) => lines.slice(from + 1, fences[index + 1]).join('\n'));
}

/** From the last line that begins with a brace: the fence was forgotten. */
function lastObject(text: string): string {
  const from = text.lastIndexOf('\n{');
  return from === -1 ? '' : text.slice(from + 1);
}

function parseJson(text: string): unknown {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return undefined;
  try {
    return JSON.parse(trimmed);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

function hasRequired(value: unknown, required: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.keys(value).length > 0 && names.every((name) => Object.hasOwn(value, String(name)));
}
