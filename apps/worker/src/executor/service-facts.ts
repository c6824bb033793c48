import type { ServiceCall, ServiceHold } from '@tamma/coordination';
import type { AnyEvent, Fact } from '@tamma/domain';

export interface ServiceTeller {
  circuitOpened(call: ServiceCall, opened: { readonly untilMs: number; readonly why: string }): AnyEvent;
  circuitClosed(call: ServiceCall): AnyEvent;
  serviceHeld(hold: ServiceHold): AnyEvent;
}

/** Facts about services that everybody shares: of no workflow, and the same whoever tells them of the same moment. */
export function createServiceTeller(workerId: string, now: () => number): ServiceTeller {
  const build = (id: string, service: string, fact: Fact): AnyEvent => ({
    id,
    ...fact,
    at: new Date(now()).toISOString(),
    actor: { kind: 'worker', id: workerId },
    tags: { service },
    metadata: { schemaVersion: 1, source: 'worker' },
  });
  return {
    circuitOpened: ({ service, operation }, { untilMs, why }) =>
      build(`circuit.${service}.${operation}.opened.${untilMs}`, service, {
        type: 'CIRCUIT.OPENED.SUCCESS',
        data: { service, operation, until: new Date(untilMs).toISOString(), why },
      }),
    circuitClosed: ({ service, operation }) =>
      build(`circuit.${service}.${operation}.closed.${now()}`, service, {
        type: 'CIRCUIT.CLOSED.SUCCESS',
        data: { service, operation },
      }),
    serviceHeld: ({ service, untilMs, why }) =>
      build(`service.${service}.held.${untilMs}`, service, {
        type: 'SERVICE.HELD.SUCCESS',
        data: { service, until: new Date(untilMs).toISOString(), why },
      }),
  };
}
