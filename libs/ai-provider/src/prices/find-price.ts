import { readFileSync } from 'node:fs';
import { priceSchema } from '@tamma/contracts';
import { type ModelPrice, TammaError } from '@tamma/domain';
import { parse } from 'yaml';
import { z } from 'zod';

/** The model that is meant where none is named; it stands in the table. */
export const DEFAULT_MODEL = 'claude-sonnet-5-5';

export type PriceOverrides = Readonly<Record<string, ModelPrice>>;

const table = z.record(z.string(), priceSchema);

const PRICES: PriceOverrides = table.parse(
  parse(readFileSync(new URL('prices.yaml', import.meta.url), 'utf8')),
);

/** Prices of these models come with this version. */
export const PRICED_MODELS: readonly string[] = Object.keys(PRICES);

/** The day a model was made, or the word for its newest edition. */
const EDITION = /-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/;

/**
 * What a model costs: by its exact name or without its edition (`claude-haiku-4-5-20251001`), in the configuration
 * first and then in the table. Null when neither knows it.
 */
export function findPrice(model: string, overrides: PriceOverrides): ModelPrice | null {
  const family = model.replace(EDITION, '');
  for (const prices of [overrides, PRICES]) {
    for (const name of [model, family]) {
      if (Object.hasOwn(prices, name)) return prices[name] ?? null;
    }
  }
  return null;
}

/** Throws a TammaError of class `validation` for a model of which no price is known: its budget could not be kept. */
export function requirePrice(model: string, overrides: PriceOverrides): ModelPrice {
  const price = findPrice(model, overrides);
  if (price !== null) return price;
  throw new TammaError('AI_PRICE_UNKNOWN', `nobody knows what the model "${model}" costs`, {
    class: 'validation',
    remedy: `Give its prices under prices: of the configuration, such as "${model}": { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 }, in US dollars per million tokens; 0 for a model of your own.`,
  });
}
