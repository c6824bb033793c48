import { NO_TOKENS, type TokenCounts } from '@tamma/domain';
import { z } from 'zod';
import { addTokens } from '../add-tokens.ts';
import { type CliFacts, NO_FACTS } from '../cli-facts.ts';

const count = z.int().min(0).default(0).catch(0);
const error = z.object({ message: z.string() });

/** `--output-format json`: one object. */
const whole = z.object({
  response: z.string().optional(),
  error: error.optional(),
  stats: z
    .object({
      models: z.record(
        z.string(),
        z.object({ tokens: z.object({ prompt: count, candidates: count, cached: count, thoughts: count }) }),
      ),
    })
    .optional()
    .catch(undefined),
});

/** `--output-format stream-json`: events. */
const begun = z.object({ type: z.literal('init'), model: z.string() });
const message = z.object({ type: z.literal('message'), role: z.literal('assistant'), content: z.string() });
const toolUse = z.object({
  type: z.literal('tool_use'),
  tool_name: z.string(),
  tool_id: z.string().optional(),
  parameters: z.unknown(),
});
const toolResult = z.object({ type: z.literal('tool_result'), tool_id: z.string(), status: z.string() });
const ended = z.object({
  type: z.literal('result'),
  status: z.string().default('success'),
  error: error.optional(),
  stats: z.object({ input_tokens: count, output_tokens: count, cached: count }).optional().catch(undefined),
});

/** Gemini CLI. */
export function readGemini(event: unknown): CliFacts {
  const said = message.safeParse(event);
  if (said.success) return { text: said.data.content };
  const called = toolUse.safeParse(event);
  if (called.success) {
    const { tool_id: id, tool_name: name, parameters: input } = called.data;
    return { tools: [{ id, name, input }] };
  }
  const answer = toolResult.safeParse(event);
  if (answer.success)
    return { answered: [{ id: answer.data.tool_id, ok: answer.data.status === 'success' }] };
  const began = begun.safeParse(event);
  if (began.success) return { model: began.data.model };
  const end = ended.safeParse(event);
  if (end.success) return factsOfEnd(end.data);
  const all = whole.safeParse(event);
  const isAnswer = all.success && (all.data.response !== undefined || all.data.error !== undefined);
  return isAnswer ? factsOfWhole(all.data) : NO_FACTS;
}

function factsOfEnd({ status, stats, error: why }: z.infer<typeof ended>): CliFacts {
  const failed = status === 'error' || why !== undefined;
  const tokens = stats && toTokens(stats.input_tokens, stats.output_tokens, stats.cached);
  return { tokens, failure: failed ? (why?.message ?? status) : undefined };
}

function factsOfWhole({ response, stats, error: why }: z.infer<typeof whole>): CliFacts {
  const models = Object.entries(stats?.models ?? {});
  const [model] = models.map(([name]) => name);
  const tokens = models
    .map(([, { tokens: used }]) => toTokens(used.prompt, used.candidates + used.thoughts, used.cached))
    .reduce(addTokens, NO_TOKENS);
  return { final: response, model, tokens: models.length > 0 ? tokens : undefined, failure: why?.message };
}

function toTokens(prompt: number, output: number, cached: number): TokenCounts {
  const cacheReadTokens = Math.min(cached, prompt);
  return { ...NO_TOKENS, inputTokens: prompt - cacheReadTokens, outputTokens: output, cacheReadTokens };
}
