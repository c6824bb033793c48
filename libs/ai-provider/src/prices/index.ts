export {
  DEFAULT_MODEL,
  findPrice,
  PRICED_MODELS,
  type PriceOverrides,
  requirePrice,
} from './find-price.ts';
