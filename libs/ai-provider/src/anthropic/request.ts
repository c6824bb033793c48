import type Anthropic from '@anthropic-ai/sdk';
import type { AiRequest, Message } from '../ai-provider.ts';
import { toConversation } from './messages.ts';
import { type Effort, THOUGHTLESS, type ThinkingSettings, thinkingOf, traitsOf } from './model-traits.ts';
import { markConversation, markLast } from './prompt-cache.ts';
import { type JsonSchema, strictSchemaOf } from './strict-schema.ts';
import { fromOpaque, type ThoughtRule } from './thoughts.ts';
import { toLooseTools, toTools } from './tools.ts';

export interface RequestSettings {
  readonly model: string;
  readonly effort: Effort;
  /** Whether answers are to be held to their schemas, where the model can do that. */
  readonly strict: boolean;
}

export interface PreparedRequest {
  readonly body: Anthropic.MessageCreateParamsStreaming;
  /** Of all that was said: what a thought of the answer is bound to. */
  readonly prefix: string;
  /** Set when the whole answer is to be the input of this tool. */
  readonly answerIs: string | null;
  /** Whether the service has a schema to hold the answer to. */
  readonly isStrict: boolean;
}

/** The request in the words of the API; a conversation that grows keeps its beginning, byte by byte. */
export function prepareRequest(request: AiRequest, settings: RequestSettings): PreparedRequest {
  const { model } = settings;
  const format = formatOf(request, settings);
  const tools = format === null ? toolsOf(request, settings) : [];
  const system =
    request.system.trim() === '' ? [] : [{ type: 'text' as const, text: request.system.toWellFormed() }];
  const rule = { model, bound: traitsOf(model).boundThoughts };
  const thinking = thinkingFor(request, settings, rule);
  const { messages, prefix } = toConversation(request.messages, {
    thoughts: thinking.thinks ? rule : null,
    beginning: { system, tools, format },
    callsAsText: tools.length === 0,
  });
  return {
    body: {
      model,
      max_tokens: request.outputTokensMax,
      stream: true,
      ...(system.length > 0 && { system: markLast(system) }),
      ...(tools.length > 0 && { tools: markLast(tools), ...choiceOf(request, model, thinking) }),
      ...(thinking.thinking && { thinking: thinking.thinking }),
      ...outputConfigOf(thinking, format),
      messages: markConversation(messages),
    },
    prefix,
    answerIs: format === null ? null : (request.resultTool ?? null),
    isStrict: format !== null || tools.some(({ strict }) => strict === true),
  };
}

/** With nothing but the result to hand in, the whole answer is the result, in the shape it has to have. */
function formatOf(request: AiRequest, settings: RequestSettings): JsonSchema | null {
  const [tool, other] = request.tools;
  if (tool === undefined || other !== undefined || tool.name !== request.resultTool) return null;
  if (!settings.strict || !traitsOf(settings.model).strict) return null;
  const strict = strictSchemaOf(tool.inputSchema);
  return strict && { description: tool.description, ...strict.schema };
}

function toolsOf({ tools, resultTool }: AiRequest, { model, strict }: RequestSettings): Anthropic.Tool[] {
  return strict && traitsOf(model).strict ? toTools(tools, resultTool) : toLooseTools(tools);
}

/** A model cannot be made to call a tool while it thinks, and the newer ones not at all. */
function choiceOf(
  { tools, resultTool }: AiRequest,
  model: string,
  { thinks }: ThinkingSettings,
): { readonly tool_choice?: Anthropic.ToolChoice } {
  if (resultTool === undefined || tools.length > 1 || thinks || !traitsOf(model).forcedTools) return {};
  return { tool_choice: { type: 'tool', name: resultTool } };
}

/** Where the budget is given in tokens, a turn of calls that was begun without a thought goes on without one. */
function thinkingFor(request: AiRequest, settings: RequestSettings, rule: ThoughtRule): ThinkingSettings {
  const thinking = thinkingOf(settings.model, settings.effort, request.outputTokensMax);
  if (thinking.thinking?.type !== 'enabled') return thinking;
  const last = request.messages.findLast(({ role }) => role === 'assistant');
  return last !== undefined && callsWithoutThought(last, rule) ? THOUGHTLESS : thinking;
}

function callsWithoutThought({ content }: Message, rule: ThoughtRule): boolean {
  const [first] = content;
  const isThought = first?.type === 'opaque' && fromOpaque(first, rule, '') !== null;
  return !isThought && content.some(({ type }) => type === 'tool_call');
}

function outputConfigOf(
  { effort }: ThinkingSettings,
  schema: JsonSchema | null,
): { readonly output_config?: Anthropic.OutputConfig } {
  if (effort === undefined && schema === null) return {};
  const format = schema && { type: 'json_schema' as const, schema: { ...schema } };
  return { output_config: { ...(effort && { effort }), ...(format && { format }) } };
}
