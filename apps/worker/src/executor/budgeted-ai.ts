import type { AiProvider, AiRequest, AiResponse, RespondOptions, UsageSoFar } from '@tamma/ai-provider';
import { costOf, type ModelPrice, microUsdOf, type TokenCounts, toError } from '@tamma/domain';
import type { Reservation } from './till.ts';

/** A call that broke off after it had taken something. */
export interface BrokenOff {
  readonly usage: TokenCounts;
  readonly costMicroUsd: number;
  readonly durationMs: number;
}

export interface PaidCall {
  readonly provider: AiProvider;
  readonly request: AiRequest;
  readonly options: RespondOptions;
  /** Null for a model that costs nothing. */
  readonly reservation: Reservation | null;
  /** Told what was paid for although nobody got an answer. It must not reject. */
  readonly onBrokenOff: (call: BrokenOff) => Promise<void>;
  readonly now: () => number;
}

/**
 * Makes a call with money that is held for it: its answer is no longer than that pays for, it is broken off as soon as it
 * takes more than any budget has, and however it ends it is settled. Throws BUDGET_EXHAUSTED when it was broken off.
 */
export async function makePaidCall(call: PaidCall): Promise<AiResponse> {
  const { provider, request, options, reservation, now } = call;
  const startedAt = now();
  const meter = new Meter(provider.price, reservation);
  const signal = AbortSignal.any([options.signal, meter.signal]);
  const limit = reservation?.outputTokensMax ?? request.outputTokensMax;
  const onUsage = (usage: UsageSoFar) => {
    meter.read(usage);
    options.onUsage?.(usage);
  };
  const tellBrokenOff = (usage: TokenCounts, costMicroUsd: number) =>
    call.onBrokenOff({ usage, costMicroUsd, durationMs: now() - startedAt });
  const response = await provider
    .respond({ ...request, outputTokensMax: limit }, { ...options, signal, onUsage })
    .catch(async (thrown: unknown) => {
      const cost = meter.costMicroUsd();
      await meter.settle(cost);
      if (meter.usage !== null) await tellBrokenOff(meter.usage, cost);
      // Ours comes first, unless whoever asked was told to stop.
      throw meter.signal.aborted && !options.signal.aborted ? meter.signal.reason : thrown;
    });
  const { costUsd, ...usage } = response.usage;
  await meter.settle(microUsdOf(costUsd));
  if (!options.signal.aborted) return response;
  // Nobody waits for the answer any more, nor tells of it.
  await tellBrokenOff(usage, microUsdOf(costUsd));
  throw options.signal.reason;
}

/** Watches what a call takes, and breaks it off when that cannot be paid for. */
class Meter {
  readonly #price: ModelPrice;
  readonly #reservation: Reservation | null;
  readonly #controller = new AbortController();
  #usage: UsageSoFar | null = null;
  #growing: Promise<void> | null = null;
  #isOver = false;

  constructor(price: ModelPrice, reservation: Reservation | null) {
    this.#price = price;
    this.#reservation = reservation;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get usage(): TokenCounts | null {
    return this.#usage;
  }

  costMicroUsd(): number {
    if (this.#usage === null) return 0;
    const { costUsd, ...tokens } = this.#usage;
    return costUsd === undefined ? costOf(tokens, this.#price) : microUsdOf(costUsd);
  }

  read(usage: UsageSoFar): void {
    this.#usage = usage;
    this.#growIfNeeded();
  }

  /** After the reservation that is asked for has come or was refused, or money would be held that nobody gives back. */
  async settle(costMicroUsd: number): Promise<void> {
    this.#isOver = true;
    await this.#growing;
    await this.#reservation?.settle(costMicroUsd);
  }

  #growIfNeeded(): void {
    const reservation = this.#reservation;
    if (reservation === null || this.#isOver || this.#growing !== null || this.signal.aborted) return;
    const cost = this.costMicroUsd();
    if (cost <= reservation.grantedMicroUsd()) return;
    this.#growing = reservation.grow(cost).then(
      () => {
        this.#growing = null;
        this.#growIfNeeded();
      },
      (thrown: unknown) => this.#controller.abort(toError(thrown)),
    );
  }
}
