import type { DeliveryResult, Metrics } from '@tamma/telemetry';
import type { RequestHandler } from 'express';

const RESULTS: ReadonlyMap<number, DeliveryResult> = new Map([
  [401, 'unsigned'],
  [409, 'known'],
  [429, 'limited'],
]);

/** Counts what became of each delivery, by what was answered. */
export function countResult(metrics: Pick<Metrics, 'observeDelivery'>): RequestHandler {
  return (_request, response, next) => {
    response.once('finish', () => metrics.observeDelivery(resultOf(response.statusCode, response.locals)));
    next();
  };
}

function resultOf(status: number, { deliveryResult }: Record<string, unknown>): DeliveryResult {
  if (status === 202) return deliveryResult === 'kept' ? 'kept' : 'ignored';
  return RESULTS.get(status) ?? (status >= 500 ? 'failed' : 'invalid');
}
