import type { ServiceCall } from '../circuits.ts';

/** How long a circuit that was seen closed counts as closed without another look. */
const KNOWN_FOR_MS = 1000;
/** Circuits remembered; more are asked about each time. */
const CIRCUITS_MAX = 500;

/** What one process knows without asking Redis. */
export interface CircuitMemory {
  isClosed(field: string): boolean;
  knowClosed(field: string): void;
  forget(field: string): void;
  forgetService(service: string): void;
  beginTrial(field: string): void;
  /** Whether this process had a call of that circuit on trial; true once. */
  endTrial(field: string): boolean;
}

/** The name of a circuit in Redis. A service may have colons in its name (`openai:host:port`), an operation has none. */
export function fieldOf({ service, operation }: ServiceCall): string {
  return `${service}:${operation}`;
}

export function callOf(field: string): ServiceCall {
  const colon = field.lastIndexOf(':');
  return { service: field.slice(0, colon), operation: field.slice(colon + 1) };
}

export function createCircuitMemory(now: () => number): CircuitMemory {
  const seenClosedAt = new Map<string, number>();
  const trials = new Set<string>();
  return {
    isClosed(field) {
      const seenAt = seenClosedAt.get(field);
      return seenAt !== undefined && Math.abs(now() - seenAt) < KNOWN_FOR_MS;
    },
    knowClosed(field) {
      if (seenClosedAt.size >= CIRCUITS_MAX) seenClosedAt.clear();
      seenClosedAt.set(field, now());
    },
    forget: (field) => void seenClosedAt.delete(field),
    forgetService(service) {
      for (const field of seenClosedAt.keys()) {
        if (callOf(field).service === service) seenClosedAt.delete(field);
      }
    },
    beginTrial(field) {
      // As many as there are circuits that are not closed, which Redis bounds.
      trials.add(field);
    },
    endTrial: (field) => trials.delete(field),
  };
}
