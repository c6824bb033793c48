import { z } from 'zod';
import { type CliFacts, type CliTool, NO_FACTS } from '../cli-facts.ts';

const count = z.int().min(0).default(0).catch(0);

const item = z.object({
  type: z.literal('item.completed'),
  item: z.object({ type: z.enum(['agent_message', 'assistant_message']), text: z.string() }),
});
const status = z.string().optional();
/** What it did, told once it is over. */
const done = z.object({
  type: z.literal('item.completed'),
  item: z.discriminatedUnion('type', [
    z.object({
      type: z.literal('command_execution'),
      command: z.string(),
      exit_code: z.number().nullish(),
      status,
    }),
    z.object({ type: z.literal('file_change'), changes: z.array(z.object({ path: z.string() })), status }),
    z.object({ type: z.literal('mcp_tool_call'), server: z.string(), tool: z.string(), status }),
    z.object({ type: z.literal('web_search'), query: z.string() }),
  ]),
});
const completed = z.object({
  type: z.literal('turn.completed'),
  usage: z.object({ input_tokens: count, cached_input_tokens: count, output_tokens: count }),
});
const failed = z.object({ type: z.literal('turn.failed'), error: z.object({ message: z.string() }) });
/** It also tells by this that it connects anew. */
const trouble = z.object({ type: z.literal('error'), message: z.string() });

/** Codex: `exec --json`. */
export function readCodex(event: unknown): CliFacts {
  const said = item.safeParse(event);
  if (said.success) return { text: `${said.data.item.text}\n\n` };
  const did = done.safeParse(event);
  if (did.success) return { tools: [toolOf(did.data.item)] };
  const ended = completed.safeParse(event);
  if (ended.success) return { moreTokens: tokensOf(ended.data.usage) };
  const failure = failed.safeParse(event);
  if (failure.success) return { failure: failure.data.error.message };
  const told = trouble.safeParse(event);
  return told.success ? { trouble: told.data.message } : NO_FACTS;
}

function toolOf(item: z.infer<typeof done>['item']): CliTool {
  switch (item.type) {
    case 'command_execution': {
      const ok = item.status === 'completed' && (item.exit_code ?? 0) === 0;
      return { name: item.type, input: item.command, ok };
    }
    case 'file_change': {
      const paths = item.changes.map(({ path }) => path);
      return { name: item.type, input: paths.join(' '), ok: item.status === 'completed' };
    }
    case 'mcp_tool_call':
      return { name: item.type, input: `${item.server} ${item.tool}`, ok: item.status === 'completed' };
    case 'web_search':
      return { name: item.type, input: item.query, ok: true };
  }
}

function tokensOf(usage: z.infer<typeof completed>['usage']) {
  const cacheReadTokens = Math.min(usage.cached_input_tokens, usage.input_tokens);
  return {
    inputTokens: usage.input_tokens - cacheReadTokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens,
    cacheWriteTokens: 0,
  };
}
