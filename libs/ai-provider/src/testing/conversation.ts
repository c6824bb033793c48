import { TammaError } from '@tamma/domain';
import type { AiRequest, AiResponse, Message, ToolDescription } from '../ai-provider.ts';

/** Words of the purpose, which no service may ever see. */
export const PURPOSE_WORDS = ['secret-project', 'secret-workflow-7.r1', 'clarification'];

const WORD = { type: 'string', description: 'The word.' };

export const LOOKUP: ToolDescription = {
  name: 'lookup',
  description: 'Looks a word up.',
  inputSchema: { type: 'object', properties: { word: WORD }, required: ['word'] },
};

/** The tool that hands in the result of a conversation: `{answer}`. */
export const FINISH: ToolDescription = {
  name: 'finish',
  description: 'Hands in the answer.',
  inputSchema: { type: 'object', properties: { answer: { type: 'string' } }, required: ['answer'] },
};

/** A question with the tool `lookup`; `later` is what was said since. */
export function buildRequest(later: readonly Message[] = [], changes: Partial<AiRequest> = {}): AiRequest {
  const [project = '', workflowId = '', step = ''] = PURPOSE_WORDS;
  const turn = 1 + later.filter(({ role }) => role === 'assistant').length;
  return {
    purpose: { project, workflowId, issue: 1, step, round: 0, turn },
    system: 'You are a test.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }, ...later],
    tools: [LOOKUP],
    outputTokensMax: 4096,
    ...changes,
  };
}

/** The answer and the results of what it calls: the first one is good, the others are not. */
export function answerCalls(response: AiResponse): readonly Message[] {
  const results = callsOf(response).map((call, index) => ({
    type: 'tool_result' as const,
    callId: call.id,
    content: index === 0 ? 'an engine' : 'not found',
    isError: index > 0,
  }));
  return [
    { role: 'assistant', content: response.content },
    { role: 'user', content: results },
  ];
}

export function callsOf(response: AiResponse) {
  return response.content.filter((block) => block.type === 'tool_call');
}

export function textOf(response: AiResponse): string {
  return response.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/** What the promise rejected with; undefined when it did not. */
export async function settle(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

/** The error that the promise rejects with, which has to be one of ours. */
export async function failureOf(promise: Promise<unknown>): Promise<TammaError> {
  const thrown = await settle(promise);
  if (thrown instanceof TammaError) return thrown;
  throw new Error(`expected a TammaError, got ${String(thrown)}`, { cause: thrown });
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `no error but ${String(thrown)}`;
}
