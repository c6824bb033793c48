import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { stringify } from 'yaml';
import type { AiPurpose, AiResponse } from '../ai-provider.ts';
import { fileNameOf, projectFolder, readAnswersFile } from '../scripted/answers-file.ts';
import { type CannedTurn, keyOf, type WrittenTurn } from '../scripted/answers-schema.ts';
import { writeWhole } from './write-whole.ts';

/** Longest file of answers, in characters. */
const ANSWERS_MAX = 16 * 1024 * 1024;

/** Puts an answer into the file that `scripted` plays back; what was answered later in that conversation goes. */
export async function keepTurn(folder: string, purpose: AiPurpose, response: AiResponse): Promise<void> {
  const { project, issue, step, round, turn } = purpose;
  const file = join(projectFolder(folder, project), fileNameOf(issue));
  const key = keyOf(step, round);
  // Others may have written since: it is read each time.
  const answers = await readSoFar(file, { project, issue, step: key, turn });
  const before = answers[key] ?? [];
  if (before.length < turn - 1) throw turnsMissing(file, { key, turn, kept: before.length });
  const turns = [...before.slice(0, turn - 1), toTurn(response)];
  const text = stringify({ ...answers, [key]: turns }, { aliasDuplicateObjects: false, lineWidth: 100 });
  if (text.length > ANSWERS_MAX) throw tooLong(file);
  await writeWhole(file, text.toWellFormed());
}

async function readSoFar(
  file: string,
  question: Parameters<typeof readAnswersFile>[1],
): Promise<Record<string, readonly WrittenTurn[]>> {
  const answers = await readAnswersFile(file, question).catch((thrown: unknown) => {
    if (isAbsent(thrown)) return {};
    throw thrown;
  });
  return Object.fromEntries(Object.entries(answers).map(([key, turns]) => [key, turns.map(withoutDefaults)]));
}

function withoutDefaults({ calls, delayMs, ...turn }: CannedTurn): WrittenTurn {
  return { ...turn, ...(calls.length === 0 ? {} : { calls }), ...(delayMs === 0 ? {} : { delayMs }) };
}

function isAbsent(thrown: unknown): boolean {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

function toTurn({
  content,
  model,
  stopReason,
  usage: { costUsd: _cost, ...usage },
}: AiResponse): WrittenTurn {
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const calls = content.flatMap((block) =>
    block.type === 'tool_call' ? [{ tool: block.name, input: toInput(block.input) }] : [],
  );
  const endsByItself = stopReason === (calls.length > 0 ? 'tool_calls' : 'end');
  const isEmpty = text === '' && calls.length === 0;
  const reason = stopReason === 'tool_calls' ? 'end' : stopReason;
  return {
    ...(text === '' ? {} : { text }),
    ...(calls.length === 0 ? {} : { calls }),
    ...(endsByItself && !isEmpty ? {} : { stopReason: reason }),
    model,
    usage,
  };
}

/** What is no object is kept as the text that came, or would have come. */
function toInput(input: unknown): Record<string, unknown> | string {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  return typeof input === 'string' ? input : JSON.stringify(input ?? null);
}

function turnsMissing(
  file: string,
  gap: { readonly key: string; readonly turn: number; readonly kept: number },
) {
  const message = `turn ${gap.turn} of step "${gap.key}" was not kept: ${file} has ${gap.kept} turns before it`;
  return new TammaError('AI_RECORD_INCOMPLETE', message, {
    class: 'validation',
    remedy: 'Record the whole conversation: a recording begins with its first turn.',
  });
}

function tooLong(file: string): TammaError {
  return new TammaError('AI_RECORD_TOO_LONG', `${file} would be longer than ${ANSWERS_MAX} characters`, {
    class: 'validation',
    remedy: 'Record into another folder, or remove the file.',
  });
}
