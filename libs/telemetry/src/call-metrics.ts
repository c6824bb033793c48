import { Counter, Histogram, type Registry } from 'prom-client';
import { createBoundedLabel } from './bounded-labels.ts';

const SERVICES_MAX = 20;
const OPERATIONS_MAX = 60;
const CALL_BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300];

/** How a call of an outside service came out, with all its retries. */
export interface CallMeasured {
  readonly service: string;
  readonly operation: string;
  /** `failed`: the service is in trouble; `rejected`: it was not called, because it is to be left alone. */
  readonly result: 'succeeded' | 'failed' | 'rejected';
  readonly durationMs: number;
}

/** A circuit that changed its state. */
export interface CircuitMeasured {
  readonly service: string;
  readonly operation: string;
  readonly to: 'open' | 'closed';
}

export interface CallMetrics {
  observeCall(measured: CallMeasured): void;
  observeCircuit(measured: CircuitMeasured): void;
}

export function createCallMetrics(registry: Registry): CallMetrics {
  const serviceOf = createBoundedLabel(SERVICES_MAX);
  const operationOf = createBoundedLabel(OPERATIONS_MAX);
  const registers = [registry];
  const calls = new Counter({
    name: 'tamma_service_calls_total',
    help: 'Calls of outside services, by how they came out',
    labelNames: ['service', 'operation', 'result'],
    registers,
  });
  const durations = new Histogram({
    name: 'tamma_service_call_duration_seconds',
    help: 'Time calls of outside services took, retries included',
    labelNames: ['service', 'operation'],
    buckets: CALL_BUCKETS_SECONDS,
    registers,
  });
  const changes = new Counter({
    name: 'tamma_circuit_changes_total',
    help: 'Circuits that opened or closed',
    labelNames: ['service', 'operation', 'to'],
    registers,
  });
  return {
    observeCall: ({ service, operation, result, durationMs }) => {
      const labels = { service: serviceOf(service), operation: operationOf(operation) };
      calls.inc({ ...labels, result });
      if (result !== 'rejected') durations.observe(labels, durationMs / 1000);
    },
    observeCircuit: ({ service, operation, to }) => {
      changes.inc({ service: serviceOf(service), operation: operationOf(operation), to });
    },
  };
}
