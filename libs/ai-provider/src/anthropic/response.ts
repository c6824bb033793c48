import { costOf, type ModelPrice, usdOf } from '@tamma/domain';
import type { AiResponse, AssistantBlock } from '../ai-provider.ts';
import type { Draft, DraftBlock } from './draft.ts';
import { toOpaque } from './thoughts.ts';

export interface ResponseSettings {
  readonly model: string;
  readonly price: ModelPrice;
  readonly prefix: string;
  readonly answerIs: string | null;
}

type StopReason = AiResponse['stopReason'];

/** Without a reason it is whole: it has its last event. A pause is for tools that run at the service: nobody here has any. */
const STOP_REASONS: ReadonlyMap<string | null, StopReason> = new Map([
  [null, 'end'],
  ['end_turn', 'end'],
  ['stop_sequence', 'end'],
  ['pause_turn', 'end'],
  ['tool_use', 'tool_calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'refused'],
]);

export function toResponse(draft: Draft, settings: ResponseSettings): AiResponse {
  const { model, prefix, answerIs } = settings;
  const content = draft.blocks.flatMap((block, index) =>
    block.type === 'tool_use'
      ? [toCall(block, `call_${draft.id}_${index}`)]
      : toBlock(block, { model, prefix }),
  );
  // One that nobody here knows may be a new way to be cut, as a full context once was: what may be half must not run.
  const stopReason = STOP_REASONS.get(draft.stopReason) ?? 'length';
  const usage = { ...draft.tokens, costUsd: usdOf(costOf(draft.tokens, settings.price)) };
  const response = { model: draft.model || model, content, stopReason, usage };
  return answerIs === null || stopReason !== 'end' ? response : handIn(response, answerIs, draft.id);
}

type DraftCall = Extract<DraftBlock, { type: 'tool_use' }>;

function toBlock(
  block: Exclude<DraftBlock, DraftCall>,
  made: { model: string; prefix: string },
): readonly AssistantBlock[] {
  if (block.type !== 'text') return [toOpaque(block, made)];
  return block.text === '' ? [] : [{ type: 'text', text: block.text }];
}

/** Servers that only resemble the API may leave out the id. */
function toCall(block: DraftCall, otherId: string): AssistantBlock {
  return { type: 'tool_call', id: block.id || otherId, name: block.name, input: inputOf(block) };
}

/** What is no JSON goes on as the text it is: whoever runs the call tells the model so. */
function inputOf({ json, input }: DraftCall): unknown {
  return json.trim() === '' ? (input ?? {}) : (parseJson(json) ?? json);
}

/** An answer that is the result becomes the call that would have handed it in. */
function handIn(response: AiResponse, tool: string, id: string): AiResponse {
  const text = response.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const input = parseJson(text);
  if (input === undefined) return response;
  const rest = response.content.filter(({ type }) => type !== 'text');
  const call: AssistantBlock = { type: 'tool_call', id: `${tool}_${id}`, name: tool, input };
  return { ...response, content: [...rest, call], stopReason: 'tool_calls' };
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // That it is no JSON is the answer.
    return undefined;
  }
}
