import type { AiProvider, AiRequest, AiResponse, RespondOptions, UsageSoFar } from '@tamma/ai-provider';
import { TammaError } from '@tamma/domain';
import { type BrokenOff, makePaidCall } from './budgeted-ai.ts';
import { holdMsFor } from './call-books.ts';
import type { CallGuard } from './call-guard.ts';
import type { Reservation, Till } from './till.ts';

export interface AiGuards {
  readonly guard: CallGuard;
  /** Null for a model that costs nothing. */
  readonly till: Till | null;
  /** It must not reject. */
  readonly onBrokenOff: (request: AiRequest, call: BrokenOff) => Promise<void>;
  readonly now: () => number;
}

/**
 * A model service whose calls go through its circuit and are paid for: each try reserves anew, once it is known that the
 * service may be called. An answer that broke off after its first words was paid for already: the first one of a
 * conversation is not asked for once more at once, which is for the task's own retries to decide; a later one is, since
 * all that was said before would be bought again with it, but no whole run of a coding program. A service that names a
 * limit counts as one that was not called.
 */
export function guardAi(provider: AiProvider, guards: AiGuards): AiProvider {
  const { guard, till, now } = guards;
  const { name: service, model, price } = provider;
  const countTokens: AiProvider['countTokens'] = (request, options) =>
    guard.call({ service, operation: 'countTokens' }, () => provider.countTokens(request, options));

  const respond = async (request: AiRequest, options: RespondOptions): Promise<AiResponse> => {
    const promptTokens = till === null ? 0 : await countTokens(request, options);
    const heard = hearBegin(options);
    let reservation: Reservation | null = null;
    const before = async () => {
      heard.startAnew();
      reservation = (await till?.reserve({ request, promptTokens, price })) ?? null;
    };
    const mayRetry = () => !heard.hasBegun() || (request.purpose.turn > 1 && !heard.ranCli());
    const call = { service, operation: 'respond', mayRetry, before, isOurs };
    const onBrokenOff = (broken: BrokenOff) => guards.onBrokenOff(request, broken);
    return guard.call(call, () =>
      makePaidCall({ provider, request, options: heard.options, reservation, onBrokenOff, now }),
    );
  };
  const respondOrHold: AiProvider['respond'] = (request, options) =>
    respond(request, options).catch((thrown: unknown) => {
      throw asHeld(thrown, now());
    });
  return { name: service, model, price, countTokens, respond: respondOrHold };
}

/** A limit is no failure of whoever asked: its task comes back when it has passed, however often that takes. */
function asHeld(thrown: unknown, nowMs: number): unknown {
  if (!(thrown instanceof TammaError) || thrown.class !== 'rate-limit') return thrown;
  if (thrown.heldUntilMs !== undefined) return thrown;
  const { code, message, remedy, retryAfterMs } = thrown;
  return new TammaError(code, message, {
    class: 'rate-limit',
    heldUntilMs: nowMs + holdMsFor(thrown),
    cause: thrown,
    ...(remedy === undefined ? {} : { remedy }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Broken off because nobody knows any more what may be spent: of no service's doing. */
function isOurs(thrown: unknown): boolean {
  return thrown instanceof TammaError && thrown.code === 'BUDGET_UNKNOWN';
}

/** Words that come, or tokens of an answer beyond those that were told first, say that an answer has begun. */
function hearBegin(options: RespondOptions) {
  let hasBegun = false;
  let ranCli = false;
  let firstTokens: number | null = null;
  const onText = (text: string) => {
    hasBegun = true;
    options.onText?.(text);
  };
  const onUsage = (usage: UsageSoFar) => {
    firstTokens ??= usage.outputTokens;
    if (usage.outputTokens > firstTokens) hasBegun = true;
    options.onUsage?.(usage);
  };
  const startAnew = () => {
    firstTokens = null;
  };
  const { runCli } = options;
  const onCli: typeof runCli =
    runCli &&
    ((asked) => {
      ranCli = true;
      return runCli(asked);
    });
  const heard = { ...options, onText, onUsage, runCli: onCli };
  return { options: heard, hasBegun: () => hasBegun, ranCli: () => ranCli, startAnew };
}
