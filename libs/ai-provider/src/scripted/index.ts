import { FREE, NO_TOKENS, type TokenCounts } from '@tamma/domain';
import { throwIfAborted } from '../aborted.ts';
import type { AiProvider, AiRequest, AiResponse, AssistantBlock } from '../ai-provider.ts';
import { estimatePromptTokens } from '../estimate-tokens.ts';
import { findAnswersFile, missing, readAnswersFile } from './answers-file.ts';
import { type CannedTurn, keyOf } from './answers-schema.ts';
import { streamWords, waitFor } from './stream.ts';

export interface ScriptedProviderOptions {
  /**
   * Folder with one file of canned answers per issue, `NNN.yaml` or `NNN-anything.yaml`; a folder in it that is named
   * like the project goes first.
   */
  readonly answers: string;
  /** How long each turn takes, in milliseconds; its text is streamed over that time. Without it, no time at all. */
  readonly paceMs?: number | undefined;
}

const SCRIPTED = 'scripted';
/**
 * Plays answers back from files instead of asking a model, those that were recorded too. It keeps no state: a step
 * that is run again gets the same answers again.
 */
export function createScriptedProvider({ answers, paceMs = 0 }: ScriptedProviderOptions): AiProvider {
  return {
    name: SCRIPTED,
    model: SCRIPTED,
    price: FREE,
    async countTokens(request, { signal }) {
      throwIfAborted(signal);
      return Math.max(
        estimatePromptTokens(request),
        promptTokensOf((await findTurn(answers, request)).usage),
      );
    },
    async respond(request, { signal, onText, onUsage }) {
      throwIfAborted(signal);
      const turn = await findTurn(answers, request);
      await waitFor(turn.delayMs, signal);
      await streamWords({ text: turn.text ?? '', paceMs, signal, onText });
      const usage = turn.usage ?? NO_TOKENS;
      onUsage?.(usage);
      return { ...toAnswer(turn, request.purpose.turn), usage: { ...usage, costUsd: 0 } };
    },
  };
}

async function findTurn(folder: string, { purpose }: AiRequest): Promise<CannedTurn> {
  const { project, issue, round } = purpose;
  const step = keyOf(purpose.step, round);
  const question = { project, issue, step, turn: purpose.turn };
  const file = await findAnswersFile(folder, question);
  const answers = await readAnswersFile(file, question);
  const turns = Object.hasOwn(answers, step) ? answers[step] : undefined;
  if (turns === undefined) {
    throw missing(question, `${file} has the steps ${Object.keys(answers).join(', ')} only`);
  }
  const turn = turns[purpose.turn - 1];
  if (turn === undefined) throw missing(question, `${file} ends this step after turn ${turns.length}`);
  return turn;
}

function toAnswer(turn: CannedTurn, number: number): Omit<AiResponse, 'usage'> {
  const calls = turn.calls.map((call, index): AssistantBlock => {
    return { type: 'tool_call', id: `call-${number}-${index + 1}`, name: call.tool, input: call.input };
  });
  const words: AssistantBlock[] = turn.text === undefined ? [] : [{ type: 'text', text: turn.text }];
  return {
    model: turn.model ?? SCRIPTED,
    content: [...words, ...calls],
    stopReason: turn.stopReason ?? (calls.length > 0 ? 'tool_calls' : 'end'),
  };
}

function promptTokensOf(usage: TokenCounts | undefined): number {
  if (usage === undefined) return 0;
  return usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
