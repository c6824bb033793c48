import { setTimeout as pause } from 'node:timers/promises';
import { throwIfAborted } from '../aborted.ts';

/** Between two pieces, in milliseconds: more often than this nobody sees, and each piece costs a message. */
const PIECE_MS_MIN = 20;

export interface Speech {
  readonly text: string;
  /** Over which the text comes; without text it is waited for alone. */
  readonly paceMs: number;
  readonly signal: AbortSignal;
  readonly onText?: ((text: string) => void) | undefined;
}

/** Tells a text word by word, as a model would. Throws the signal's reason as soon as it aborts. */
export async function streamWords({ text, paceMs, signal, onText }: Speech): Promise<void> {
  const pieces = cutPieces(text, Math.max(1, Math.floor(paceMs / PIECE_MS_MIN)));
  const pieceMs = paceMs / Math.max(1, pieces.length);
  const startedAt = performance.now();
  for (const [index, piece] of pieces.entries()) {
    onText?.(piece);
    // By the clock, so that the lateness of timers does not add up.
    await waitFor(startedAt + (index + 1) * pieceMs - performance.now(), signal);
  }
  await waitFor(startedAt + paceMs - performance.now(), signal);
}

/** Whole words with the white space after them, in at most `count` pieces; joined they are the text. */
function cutPieces(text: string, count: number): readonly string[] {
  if (text === '') return [];
  const words = text.split(/(?<=\s)(?=\S)/);
  const size = Math.ceil(words.length / count);
  const pieces = Math.ceil(words.length / size);
  return Array.from({ length: pieces }, (_, i) => words.slice(i * size, (i + 1) * size).join(''));
}

/** Throws the signal's reason; a time that is past is not waited for. */
export async function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  if (delayMs > 0) {
    await pause(delayMs, undefined, { signal }).catch(() => {
      // It rejects only when the signal aborts, and then the line below says why.
    });
  }
  throwIfAborted(signal);
}
