import { TammaError } from '@tamma/domain';
import { z } from 'zod';
import type { AgentLimits, AgentRequest, AgentResult } from '../agent-request.ts';
import type { AiProvider, UserBlock } from '../ai-provider.ts';
import { defineTool, type Tool } from '../tool.ts';
import type { StubProvider } from './stub-provider.ts';

const RESULT = z.strictObject({ summary: z.string(), lines: z.int().min(1) });
export type Result = z.infer<typeof RESULT>;
/** Calls of `finish`: one that fits and one that does not. */
export const GOOD = ['finish', { summary: 'done', lines: 3 }] as const;
export const BAD = ['finish', { summary: 7, lines: 0 }] as const;

export type RequestChanges = Partial<Omit<AgentRequest<Result>, 'agent' | 'limits'>> & {
  readonly limits?: Partial<AgentLimits>;
  readonly contextTokensMax?: number;
};

/** A request with one tool, `echo`, and limits that nothing reaches by accident. */
export function agentRequest(provider: AiProvider, changes: RequestChanges = {}): AgentRequest<Result> {
  const { limits, contextTokensMax = 150_000, ...others } = changes;
  return {
    agent: { name: 'stub', provider, outputTokensMax: 16_384, contextTokensMax },
    purpose: { project: 'demo', workflowId: 'demo-1.r1', issue: 1, step: 'code-generation', round: 0 },
    system: 'You write code.',
    prompt: 'Write it.',
    tools: [echo()],
    result: RESULT,
    limits: { turnsMax: 10, idleTurnsMax: 5, timeMaxMs: 60_000, ...limits },
    signal: new AbortController().signal,
    ...others,
  };
}

/** Says a word again, and keeps it in `seen`. */
export function echo(seen: string[] = []): Tool {
  return defineTool({
    name: 'echo',
    description: 'Says a word.',
    input: z.strictObject({ word: z.string(), times: z.int().max(9).default(1) }),
    async run({ word, times }) {
      seen.push(word);
      return word.repeat(times);
    },
  });
}

/** A tool without arguments that does what `run` does. */
export function tool(name: string, run: (signal?: AbortSignal) => Promise<string>): Tool {
  const input = z.strictObject({});
  return defineTool({ name, description: `Does ${name}.`, input, run: (_input, signal) => run(signal) });
}

/** What the model was told in its last request, as the blocks of the last user message. */
export function lastReply(provider: StubProvider): readonly UserBlock[] {
  const last = provider.requests.at(-1)?.messages.at(-1);
  if (last?.role !== 'user') throw new Error('the last message is not from the user');
  return last.content;
}

export function lastResult(provider: StubProvider): { content: string; isError: boolean } {
  const block = lastReply(provider).findLast((one) => one.type === 'tool_result');
  if (block?.type !== 'tool_result') throw new Error('the last message holds no tool result');
  return { content: block.content, isError: block.isError };
}

/** Why the loop gave up; fails when it did not. */
export function givenUp(result: AgentResult<unknown>) {
  if (result.kind !== 'gave-up') throw new Error(`expected the loop to give up, but it ${result.kind}`);
  return result.error;
}

export async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

/** An error of a provider, by its code. */
export function trouble(code: string, options: ConstructorParameters<typeof TammaError>[2] = {}): TammaError {
  return new TammaError(code, `the service says ${code}`, { class: 'validation', ...options });
}
