import type { AiProvider, AiRequest, RespondOptions } from '@tamma/ai-provider';
import { type ErrorReport, reportError, TammaError } from '@tamma/domain';

/** A longer rest is for the queue: the task parks, and its worker does something else. */
const REST_MAX_MS = 120_000;
/** Rests before one answer: with the longest of them ten minutes. */
const RESTS_MAX = 5;
/** So that not all who rest come back at the same moment. */
const SPREAD_MS = 2000;

export interface Rest {
  readonly error: ErrorReport;
  /** Which one it is before this answer, from one. */
  readonly rest: number;
  readonly restMs: number;
}

export interface PatienceOptions {
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly now: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Told before each rest. It must not reject. */
  readonly onRest: (rest: Rest) => Promise<void>;
}

/**
 * Rests in the middle of a conversation while its service is left alone, and then asks the same again: with a task that
 * parks, all that was said so far would be bought once more. Nothing is lost with the first answer, which does not rest.
 */
export function restWithService(provider: AiProvider, options: PatienceOptions): AiProvider {
  const { name, model, price } = provider;
  const { sleep, now, random, onRest } = options;
  const respond = async (request: AiRequest, about: RespondOptions) => {
    for (let rest = 1; ; rest += 1) {
      try {
        return await provider.respond(request, about);
      } catch (thrown) {
        const leftMs = request.purpose.turn > 1 ? leftOf(thrown, now()) : null;
        if (leftMs === null || rest > RESTS_MAX || about.signal.aborted) throw thrown;
        const restMs = Math.round(leftMs + SPREAD_MS * random());
        await onRest({ error: reportError(thrown), rest, restMs });
        await sleep(restMs, about.signal).catch((broken: unknown) => {
          about.signal.throwIfAborted();
          throw broken;
        });
      }
    }
  };
  return {
    name,
    model,
    price,
    countTokens: (request, about) => provider.countTokens(request, about),
    respond,
  };
}

/** How long its service wants to be left alone; null when that is no reason, or too long to rest here. */
function leftOf(thrown: unknown, nowMs: number): number | null {
  if (!(thrown instanceof TammaError) || thrown.class !== 'rate-limit') return null;
  if (thrown.heldUntilMs === undefined) return null;
  const leftMs = Math.max(0, thrown.heldUntilMs - nowMs);
  return leftMs > REST_MAX_MS ? null : leftMs;
}
