import { Counter, type Registry } from 'prom-client';

/** What became of a webhook delivery. */
export type DeliveryResult = 'kept' | 'ignored' | 'known' | 'unsigned' | 'invalid' | 'limited' | 'failed';

export interface WebhookMetrics {
  observeDelivery(result: DeliveryResult): void;
}

export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const deliveries = new Counter({
    name: 'tamma_webhook_deliveries_total',
    help: 'Webhook deliveries, by what became of them',
    labelNames: ['result'],
    registers: [registry],
  });
  return { observeDelivery: (result) => deliveries.inc({ result }) };
}
