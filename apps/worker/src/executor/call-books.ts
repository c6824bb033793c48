import type { CallVerdict, Circuits, ServiceCall } from '@tamma/coordination';
import { type AnyEvent, isServiceTrouble, reportError, TammaError, toError } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { Logger, Metrics } from '@tamma/telemetry';
import { createServiceTeller, type ServiceTeller } from './service-facts.ts';

/**
 * How long a service is left alone that is busy and does not say how long; and at most, whatever it says: usage limits of models
 * last for hours, and who waits longer than a day asks a person.
 */
const HOLD_MS = 60_000;
const HOLD_MAX_MS = 24 * 3_600_000;

/** How long a service is left alone that answered with this limit, in milliseconds. */
export function holdMsFor(thrown: unknown): number {
  const askedMs = thrown instanceof TammaError ? thrown.retryAfterMs : undefined;
  return Math.min(Math.max(0, askedMs ?? HOLD_MS), HOLD_MAX_MS);
}

export interface CallBooksOptions {
  readonly circuits: Circuits;
  readonly eventLog: EventLog;
  readonly workerId: string;
  readonly now: () => number;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'observeCall' | 'observeCircuit'>;
}

/** What all processes know of services, kept as calls of ours come out. */
export class CallBooks {
  readonly #options: CallBooksOptions;
  readonly #teller: ServiceTeller;

  constructor(options: CallBooksOptions) {
    this.#options = options;
    this.#teller = createServiceTeller(options.workerId, options.now);
  }

  /** Throws when the service is to be left alone now. */
  async admit(call: ServiceCall): Promise<void> {
    const verdict = await this.#options.circuits.admit(call);
    if (verdict.kind === 'admitted') return;
    this.#options.metrics.observeCall({ ...call, result: 'rejected', durationMs: 0 });
    throw refusalOf(call, verdict);
  }

  async succeeded(call: ServiceCall, durationMs: number): Promise<void> {
    this.#options.metrics.observeCall({ ...call, result: 'succeeded', durationMs });
    await this.#keep(call, () => this.#reached(call));
  }

  /** For a call that failed for good. An error that is about our request proves that the service is there. */
  async failed(call: ServiceCall, thrown: unknown, durationMs: number): Promise<void> {
    const { class: errorClass, message } = reportError(thrown);
    const isTrouble = isServiceTrouble(errorClass);
    this.#options.metrics.observeCall({ ...call, result: isTrouble ? 'failed' : 'succeeded', durationMs });
    await this.#keep(call, async () => {
      if (isTrouble) return this.#broke(call, message);
      if (errorClass === 'rate-limit') await this.#leaveAlone(call, thrown);
      await this.#reached(call);
    });
  }

  /** For a call that was admitted and came to no end of its own. */
  async brokenOff(call: ServiceCall): Promise<void> {
    await this.#keep(call, () => this.#options.circuits.brokenOff(call));
  }

  async #reached(call: ServiceCall): Promise<void> {
    const { circuits, metrics } = this.#options;
    if ((await circuits.succeeded(call)) === 'unchanged') return;
    metrics.observeCircuit({ ...call, to: 'closed' });
    await this.#tell(this.#teller.circuitClosed(call));
  }

  async #broke(call: ServiceCall, why: string): Promise<void> {
    const { circuits, metrics } = this.#options;
    const opened = await circuits.failed(call, why);
    if (opened === null) return;
    metrics.observeCircuit({ ...call, to: 'open' });
    await this.#tell(this.#teller.circuitOpened(call, { untilMs: opened.openedUntilMs, why }));
  }

  async #leaveAlone({ service }: ServiceCall, thrown: unknown): Promise<void> {
    const { circuits, now } = this.#options;
    const hold = { service, untilMs: now() + holdMsFor(thrown), why: reportError(thrown).message };
    if (await circuits.hold(hold)) await this.#tell(this.#teller.serviceHeld(hold));
  }

  async #tell(event: AnyEvent): Promise<void> {
    await this.#options.eventLog.append([event]);
  }

  /** The call itself is over: what could not be kept of it must not change how it came out. */
  async #keep(call: ServiceCall, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#options.logger.warn({ ...call, error: toError(thrown).message }, 'call not kept in mind');
    }
  }
}

function refusalOf(
  { service, operation }: ServiceCall,
  { reason, untilMs, why }: Extract<CallVerdict, { kind: 'refused' }>,
): TammaError {
  const until = new Date(untilMs).toISOString();
  const named = `${service} ${operation} is not called until ${until}: ${why}`;
  return reason === 'circuit'
    ? new TammaError('CIRCUIT_OPEN', `Circuit breaker is open: ${named}`, {
        class: 'network',
        heldUntilMs: untilMs,
        remedy: `see that ${service} works; its next call after that time is a trial`,
      })
    : new TammaError('SERVICE_HELD', `the service asked to be left alone: ${named}`, {
        class: 'rate-limit',
        heldUntilMs: untilMs,
        remedy: `wait, or raise the limit at ${service}`,
      });
}
