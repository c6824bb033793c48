/** Tokens of one call of a model. `inputTokens` are those neither read from a cache nor written to one. */
export interface TokenCounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export const NO_TOKENS: TokenCounts = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

/** US dollars per million tokens. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** What a model costs. Prices are data: they come from a table or the configuration, never from code. */
export interface ModelPrice extends TokenPrices {
  /** US dollars for each call, whatever it takes; for tools that do not tell their tokens. */
  readonly perCall?: number | undefined;
  /** What holds for a whole call whose prompt, cached parts included, is longer than `tokens`. */
  readonly above?: (TokenPrices & { readonly tokens: number }) | undefined;
}

/** A model on one's own machine, and canned answers. */
export const FREE: ModelPrice = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

const MICRO = 1_000_000;

/** What the tokens cost, in millionths of a US dollar, rounded up: money is counted in whole numbers. */
export function costOf(tokens: TokenCounts, price: ModelPrice): number {
  const prices = pricesFor(tokens.inputTokens + tokens.cacheReadTokens + tokens.cacheWriteTokens, price);
  const cost =
    tokens.inputTokens * prices.input +
    tokens.outputTokens * prices.output +
    tokens.cacheReadTokens * prices.cacheRead +
    tokens.cacheWriteTokens * prices.cacheWrite;
  return Math.ceil(withoutDust(cost + (price.perCall ?? 0) * MICRO));
}

/** The most that a prompt of this many tokens can cost, with this many tokens of answer; in millionths of a dollar. */
export function costAtMost(promptTokens: number, outputTokens: number, price: ModelPrice): number {
  const { input, cacheRead, cacheWrite, output } = pricesFor(promptTokens, price);
  const cost = promptTokens * Math.max(input, cacheRead, cacheWrite) + outputTokens * output;
  return Math.ceil(withoutDust(cost + (price.perCall ?? 0) * MICRO));
}

/** How many tokens of answer the rest of that money pays for; `Infinity` where they cost nothing. */
export function outputTokensFor(microUsd: number, promptTokens: number, price: ModelPrice): number {
  const rest = microUsd - costAtMost(promptTokens, 0, price);
  const { output } = pricesFor(promptTokens, price);
  if (rest < 0) return 0;
  return output === 0 ? Number.POSITIVE_INFINITY : Math.floor(withoutDust(rest / output));
}

export function usdOf(microUsd: number): number {
  return microUsd / MICRO;
}

export function microUsdOf(usd: number): number {
  return Math.round(usd * MICRO);
}

function pricesFor(promptTokens: number, price: ModelPrice): TokenPrices {
  return price.above !== undefined && promptTokens > price.above.tokens ? price.above : price;
}

/** Binary fractions leave dust far behind the point, which must not round up to a unit. */
function withoutDust(value: number): number {
  return Number(value.toFixed(6));
}
