import type { AiProvider, AiRequest, AiResponse, AssistantBlock } from '../ai-provider.ts';
import { type CannedTurn, findAnswersFile, missing, readAnswersFile } from './answers-file.ts';
import { streamWords, throwIfAborted, waitFor } from './stream.ts';

export interface ScriptedProviderOptions {
  /** Folder with one file of canned answers per issue, `NNN.yaml` or `NNN-anything.yaml`. */
  readonly answers: string;
  /** How long each turn takes, in milliseconds; its text is streamed over that time. Without it, no time at all. */
  readonly paceMs?: number | undefined;
}

/** Nothing was sent and nothing was spent. */
const NO_USAGE = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 };

/**
 * Plays answers back from files instead of asking a model. It keeps no state: the turn is the number of
 * answers the request already holds, so a step that is run again gets the same answers again.
 */
export function createScriptedProvider({ answers, paceMs = 0 }: ScriptedProviderOptions): AiProvider {
  return {
    name: 'scripted',
    async respond(request, { signal, onText }) {
      throwIfAborted(signal);
      const index = request.messages.filter((message) => message.role === 'assistant').length;
      const turn = await findTurn(answers, request, index);
      await waitFor(turn.delayMs, signal);
      await streamWords({ text: turn.text ?? '', paceMs, signal, onText });
      return toResponse(turn, index);
    },
  };
}

async function findTurn(folder: string, { purpose }: AiRequest, index: number): Promise<CannedTurn> {
  const step = purpose.round === 0 ? purpose.step : `${purpose.step}.${purpose.round}`;
  const question = { issue: purpose.issue, step, turn: index + 1 };
  const file = await findAnswersFile(folder, question);
  const answers = await readAnswersFile(file, question);
  const turns = Object.hasOwn(answers, step) ? answers[step] : undefined;
  if (turns === undefined) {
    throw missing(question, `${file} has the steps ${Object.keys(answers).join(', ')} only`);
  }
  const turn = turns[index];
  if (turn === undefined) throw missing(question, `${file} ends this step after turn ${turns.length}`);
  return turn;
}

function toResponse(turn: CannedTurn, index: number): AiResponse {
  const calls = turn.calls.map((call, callIndex): AssistantBlock => {
    return {
      type: 'tool_call',
      id: `call-${index + 1}-${callIndex + 1}`,
      name: call.tool,
      input: call.input,
    };
  });
  const words: AssistantBlock[] = turn.text === undefined ? [] : [{ type: 'text', text: turn.text }];
  return {
    model: 'scripted',
    content: [...words, ...calls],
    stopReason: calls.length > 0 ? 'tool_calls' : 'end',
    usage: NO_USAGE,
  };
}
