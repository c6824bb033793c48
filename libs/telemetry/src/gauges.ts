import { Counter, Gauge, type Registry } from 'prom-client';

export interface GaugeSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface GaugeRequest {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
  /**
   * Asked at every scrape. When it fails or is late the gauge shows nothing, and
   * `tamma_collector_failures_total` rises.
   */
  readonly collect: () => Promise<readonly GaugeSample[]> | readonly GaugeSample[];
}

export function createGauges(registry: Registry, timeoutMs: number): (request: GaugeRequest) => void {
  const failures = new Counter({
    name: 'tamma_collector_failures_total',
    help: 'Gauges that could not be read',
    labelNames: ['gauge'],
    registers: [registry],
  });
  return (request) => {
    const gauge: Gauge = new Gauge({
      name: request.name,
      help: request.help,
      labelNames: [...(request.labelNames ?? [])],
      registers: [registry],
      collect: async () => {
        const isRead = await refresh(gauge, request, timeoutMs);
        if (!isRead) failures.inc({ gauge: request.name });
      },
    });
    empty(gauge, request);
  };
}

async function refresh(gauge: Gauge, request: GaugeRequest, timeoutMs: number): Promise<boolean> {
  try {
    const samples = await withinTime((async () => request.collect())(), timeoutMs);
    empty(gauge, request);
    for (const { labels = {}, value } of samples) gauge.set({ ...labels }, value);
    return true;
  } catch {
    // A counter tells; one part that is away must not take the other metrics with it.
    empty(gauge, request);
    return false;
  }
}

/** The library sets a gauge without labels to 0, which would be a lie for what was not read. */
function empty(gauge: Gauge, { labelNames = [] }: GaugeRequest): void {
  gauge.reset();
  if (labelNames.length === 0) gauge.remove();
}

async function withinTime<Value>(work: Promise<Value>, timeoutMs: number): Promise<Value> {
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('the collector is late')), timeoutMs);
  try {
    return await Promise.race([work, expired]);
  } finally {
    clearTimeout(timer);
  }
}
