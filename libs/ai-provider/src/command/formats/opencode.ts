import { z } from 'zod';
import { type CliFacts, NO_FACTS } from '../cli-facts.ts';

const count = z.int().min(0).default(0).catch(0);

const text = z.object({ type: z.literal('text'), part: z.object({ text: z.string() }) });
const finished = z.object({
  type: z.literal('step_finish'),
  part: z.object({
    cost: z.number().min(0).optional().catch(undefined),
    tokens: z
      .object({
        input: count,
        output: count,
        reasoning: count,
        cache: z.object({ read: count, write: count }).default({ read: 0, write: 0 }),
      })
      .optional()
      .catch(undefined),
  }),
});
const toolUse = z.object({
  type: z.literal('tool_use'),
  part: z.object({ tool: z.string(), state: z.object({ status: z.string(), input: z.unknown() }) }),
});
const failed = z.object({
  type: z.literal('error'),
  error: z.object({
    name: z.string().default('error'),
    data: z.object({ message: z.string() }).optional().catch(undefined),
  }),
});

/** opencode: `run --format json`. */
export function readOpencode(event: unknown): CliFacts {
  const said = text.safeParse(event);
  if (said.success) return { text: `${said.data.part.text}\n\n` };
  const called = toolUse.safeParse(event);
  if (called.success) {
    const { tool: name, state } = called.data.part;
    return { tools: [{ name, input: state.input, ok: state.status === 'completed' }] };
  }
  const ended = finished.safeParse(event);
  if (ended.success) return factsOf(ended.data.part);
  const failure = failed.safeParse(event);
  if (!failure.success) return NO_FACTS;
  const { name, data } = failure.data.error;
  return { failure: data?.message ?? name };
}

function factsOf({ cost, tokens }: z.infer<typeof finished>['part']): CliFacts {
  return {
    moreCostUsd: cost,
    moreTokens: tokens && {
      inputTokens: tokens.input,
      outputTokens: tokens.output + tokens.reasoning,
      cacheReadTokens: tokens.cache.read,
      cacheWriteTokens: tokens.cache.write,
    },
  };
}
