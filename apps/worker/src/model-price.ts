import type { AgentSettings, Config } from '@tamma/contracts';
import { FREE, type ModelPrice } from '@tamma/domain';
import { isThisMachine } from '@tamma/process';

type Prices = Config['prices'];

export interface PriceSources {
  readonly findPrice: (model: string, overrides: Prices) => ModelPrice | null;
  /** Throws when no price is known: no budget could be kept. */
  readonly requirePrice: (model: string, overrides: Prices) => ModelPrice;
  readonly prices: Prices;
}

/**
 * What a model costs. A coding CLI, whose price nobody knows before it tells, and a server on this machine count as free
 * unless the configuration says otherwise.
 */
export function priceOf(sources: PriceSources, settings: AgentSettings, model: string): ModelPrice {
  const { findPrice, requirePrice, prices } = sources;
  const mayBeFree =
    settings.provider === 'command' || (settings.provider === 'openai' && isThisMachine(settings.baseUrl));
  return mayBeFree ? (findPrice(model, prices) ?? FREE) : requirePrice(model, prices);
}
