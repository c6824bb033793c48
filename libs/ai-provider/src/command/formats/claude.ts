import { z } from 'zod';
import { type CliFacts, NO_FACTS } from '../cli-facts.ts';

const count = z.int().min(0).default(0).catch(0);

const toolUse = z.object({
  type: z.literal('tool_use'),
  id: z.string().optional(),
  name: z.string(),
  input: z.unknown(),
});
const toolResult = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  is_error: z.boolean().nullish(),
});

const init = z.object({ type: z.literal('system'), model: z.string() });
const assistant = z.object({
  type: z.literal('assistant'),
  /** Set for what a helper of its own said. */
  parent_tool_use_id: z.string().nullish(),
  message: z.object({ content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })) }),
});
const user = z.object({ type: z.literal('user'), message: z.object({ content: z.array(z.unknown()) }) });
const result = z.object({
  type: z.literal('result'),
  subtype: z.string().default(''),
  is_error: z.boolean().default(false),
  result: z.string().optional().catch(undefined),
  errors: z.array(z.unknown()).optional().catch(undefined),
  total_cost_usd: z.number().min(0).optional().catch(undefined),
  usage: z
    .object({
      input_tokens: count,
      output_tokens: count,
      cache_creation_input_tokens: count,
      cache_read_input_tokens: count,
    })
    .optional()
    .catch(undefined),
});
type Result = z.infer<typeof result>;

/** Claude Code: `--output-format json` or `stream-json`. */
export function readClaude(event: unknown): CliFacts {
  const said = assistant.safeParse(event);
  if (said.success) return factsOfSaid(said.data);
  const answered = user.safeParse(event);
  if (answered.success) return { answered: answersOf(answered.data.message.content) };
  const ended = result.safeParse(event);
  if (ended.success) return factsOf(ended.data);
  const began = init.safeParse(event);
  return began.success ? { model: began.data.model } : NO_FACTS;
}

/** What a helper says is for its own program; what it does counts as done. */
function factsOfSaid({ parent_tool_use_id, message: { content } }: z.infer<typeof assistant>): CliFacts {
  const tools = content.flatMap((block) => toolUse.safeParse(block).data ?? []);
  return { ...(tools.length > 0 && { tools }), ...(!parent_tool_use_id && { text: textOf(content) }) };
}

function answersOf(content: readonly unknown[]): CliFacts['answered'] {
  const results = content.flatMap((block) => toolResult.safeParse(block).data ?? []);
  return results.map(({ tool_use_id: id, is_error: isError }) => ({ id, ok: isError !== true }));
}

function factsOf({ usage, total_cost_usd: costUsd, ...end }: Result): CliFacts {
  const failed = end.is_error || end.subtype.startsWith('error');
  return {
    ...(failed ? { failure: whyOf(end) } : { final: end.result }),
    costUsd,
    tokens: usage && {
      inputTokens: usage.input_tokens,
      outputTokens: usage.output_tokens,
      cacheReadTokens: usage.cache_read_input_tokens,
      cacheWriteTokens: usage.cache_creation_input_tokens,
    },
  };
}

/** Beside the words, whose form changes, how it ended. */
function whyOf({ result: text, errors, subtype }: Pick<Result, 'result' | 'errors' | 'subtype'>): string {
  const told = errors?.map((error) => (typeof error === 'string' ? error : JSON.stringify(error))).join('; ');
  const words = text || told || '';
  if (words === '') return subtype;
  return subtype.startsWith('error') ? `${subtype}: ${words}` : words;
}

function textOf(content: readonly { readonly type: string; readonly text?: string | undefined }[]): string {
  return content.map(({ type, text = '' }) => (type === 'text' && text !== '' ? `${text}\n\n` : '')).join('');
}
