import { toError } from '@tamma/domain';
import type { z } from 'zod';
import { INPUT_DEPTH_MAX, SUMMARY_MAX } from './agent-limits.ts';
import type { AssistantBlock } from './ai-provider.ts';
import { toLine } from './line.ts';

export type ReadInput<Input> =
  | { readonly ok: true; readonly data: Input }
  | { readonly ok: false; readonly problem: string };

/** What a model wrote as arguments, checked; the problem is told so that it can write them anew. */
export async function readInput<Input>(schema: z.ZodType<Input>, input: unknown): Promise<ReadInput<Input>> {
  if (typeof input === 'string') return { ok: false, problem: describeText(input) };
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const kind = Array.isArray(input) ? 'a list' : input === null ? 'null' : `a ${typeof input}`;
    return { ok: false, problem: `The arguments have to be one JSON object, not ${kind}.` };
  }
  const read = await schema.safeParseAsync(input);
  if (read.success) return { ok: true, data: read.data };
  return { ok: false, problem: `The input does not fit. ${describeProblems(read.error)}` };
}

/** One sentence per field, such as `acceptance.0: expected string, received number`. */
function describeProblems(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; ');
}

/** The same answer, without arguments that nothing could write down again: JSON writers break on deep nesting. */
export function withSoundInputs(content: readonly AssistantBlock[]): readonly AssistantBlock[] {
  const isSound = (block: AssistantBlock) => block.type !== 'tool_call' || !isDeeperThan(block.input);
  if (content.every(isSound)) return content;
  return content.map((block) =>
    block.type === 'tool_call' && !isSound(block) ? { ...block, input: TOO_DEEP } : block,
  );
}

const TOO_DEEP = `(arguments nested deeper than ${INPUT_DEPTH_MAX} levels)`;

/** Level by level, because what is looked for would break a recursion. */
function isDeeperThan(input: unknown): boolean {
  let level: readonly unknown[] = [input];
  for (let depth = 0; depth <= INPUT_DEPTH_MAX; depth += 1) {
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

/** Providers hand on as text what they cannot read as JSON. */
function describeText(text: string): string {
  if (text === TOO_DEEP) return `The arguments are nested deeper than ${INPUT_DEPTH_MAX} levels.`;
  try {
    JSON.parse(text);
    return 'The arguments have to be one JSON object, not a text that holds JSON.';
  } catch (thrown) {
    const why = toLine(toError(thrown).message, SUMMARY_MAX);
    return `The arguments are no JSON object: ${why}. Write them anew, in smaller pieces if they are long.`;
  }
}
