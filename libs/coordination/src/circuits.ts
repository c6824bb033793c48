import type { BreakerState } from '@tamma/domain';

/** An operation of an outside service, such as `github` and `mergePullRequest`. */
export interface ServiceCall {
  readonly service: string;
  readonly operation: string;
}

export type CallVerdict =
  | { readonly kind: 'admitted' }
  /** The circuit is open, or the service asked to be left alone: until then nobody calls. */
  | {
      readonly kind: 'refused';
      readonly reason: 'circuit' | 'rate-limit';
      readonly untilMs: number;
      readonly why: string;
    };

export interface CircuitView extends ServiceCall {
  readonly state: BreakerState;
}

export interface ServiceHold {
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
  readonly why: string;
}

/**
 * What all processes together know of the services they call: circuits that are open, and services that asked to be
 * left alone. The rules are the domain's (`breaker.ts`); while Redis is away every call is admitted, and the lists reject.
 */
export interface Circuits {
  admit(call: ServiceCall): Promise<CallVerdict>;
  /** `closed` when this very success closed the circuit. */
  succeeded(call: ServiceCall): Promise<'closed' | 'unchanged'>;
  /** For a call that was admitted and came to no end of its own: broken off, or never made. */
  brokenOff(call: ServiceCall): Promise<void>;
  /** For a call that failed with all its retries; until when it is open when this very failure opened it. */
  failed(call: ServiceCall, why: string): Promise<{ readonly openedUntilMs: number } | null>;
  /** Leaves a service alone until then; false when it is left alone as long already. */
  hold(hold: ServiceHold): Promise<boolean>;
  /** Circuits that are not closed. */
  listCircuits(): Promise<readonly CircuitView[]>;
  /** Services that are left alone now. */
  listHolds(): Promise<readonly ServiceHold[]>;
}
