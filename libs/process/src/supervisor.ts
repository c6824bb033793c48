import { TammaError, toError } from '@tamma/domain';
import { settleWithin } from './deadline.ts';
import type { Service } from './service.ts';

const STOP_DEADLINE_MS = 30_000;
/** What a service behind a stuck one still gets: closing a connection takes less. */
const STOP_FLOOR_MS = 500;

export interface SupervisorOptions {
  /** Subject of the messages, such as "Orchestrator". */
  readonly name: string;
  /** For all services together, in milliseconds. */
  readonly stopDeadlineMs?: number;
  /** Told of every service that failed to start or to stop, as it happens. */
  readonly onFailure: (failure: ServiceFailure) => void;
}

export interface ServiceFailure {
  readonly service: string;
  readonly during: 'start' | 'stop';
  readonly error: Error;
}

export interface Supervisor {
  /**
   * Starts the services in order. When one fails, all that were begun are stopped in reverse and its error is
   * rethrown. Throws `ALREADY_RUNNING` unless it was never started or is stopped; `STOPPED_WHILE_STARTING` when
   * somebody called stop meanwhile.
   */
  start(): Promise<void>;
  /**
   * Stops the services in reverse; does nothing when not running, and both callers see the same stop. Every service
   * is asked, whatever the others do; throws `STOP_FAILED` at the end when one of them failed or ran out of time.
   */
  stop(): Promise<void>;
}

export function createSupervisor(services: readonly Service[], options: SupervisorOptions): Supervisor {
  const begun: Service[] = [];
  let starting: Promise<void> | null = null;
  let stopping: Promise<void> | null = null;

  const startAll = async (): Promise<void> => {
    for (const service of services) {
      if (stopping !== null) throw stoppedWhileStarting(options.name);
      begun.push(service);
      await startOne(service, options);
    }
    if (stopping !== null) throw stoppedWhileStarting(options.name);
  };

  const stopAll = async (): Promise<void> => {
    const limitMs = options.stopDeadlineMs ?? STOP_DEADLINE_MS;
    const deadline = Date.now() + limitMs;
    await startSettled(starting, limitMs);
    const failures: ServiceFailure[] = [];
    for (let service = begun.pop(); service !== undefined; service = begun.pop()) {
      const failure = await stopOne(service, Math.max(deadline - Date.now(), STOP_FLOOR_MS));
      if (failure === null) continue;
      failures.push(failure);
      options.onFailure(failure);
    }
    starting = null;
    stopping = null;
    if (failures.length > 0) throw stopFailed(options.name, failures);
  };

  const stop = (): Promise<void> => {
    if (starting === null) return Promise.resolve();
    stopping ??= stopAll();
    return stopping;
  };

  const rollBack = async (cause: unknown): Promise<never> => {
    await stop().catch(() => {
      // Each failure went to onFailure already; what the caller needs is why the start failed.
    });
    throw cause;
  };

  return {
    start: () => {
      if (starting !== null) return Promise.reject(alreadyRunning(options.name));
      starting = startAll();
      return starting.catch(rollBack);
    },
    stop,
  };
}

async function startOne(service: Service, options: SupervisorOptions): Promise<void> {
  try {
    await service.start();
  } catch (thrown) {
    options.onFailure({ service: service.name, during: 'start', error: toError(thrown) });
    throw thrown;
  }
}

async function stopOne(service: Service, limitMs: number): Promise<ServiceFailure | null> {
  try {
    await settleWithin(service.stop(), limitMs, () => stopTooSlow(service.name, limitMs));
    return null;
  } catch (thrown) {
    return { service: service.name, during: 'stop', error: toError(thrown) };
  }
}

/** A service that is stopped while it starts may miss it, so a start under way is given the time to see the stop. */
async function startSettled(starting: Promise<void> | null, limitMs: number): Promise<void> {
  try {
    await settleWithin(starting ?? Promise.resolve(), limitMs, () => new Error('the start takes too long'));
  } catch {
    // Whoever called start gets its error; one that takes too long is stopped half-way.
  }
}

function alreadyRunning(name: string): TammaError {
  return new TammaError('ALREADY_RUNNING', `${name} is already running`, { class: 'validation' });
}

function stoppedWhileStarting(name: string): TammaError {
  return new TammaError('STOPPED_WHILE_STARTING', `${name} was stopped while it started`, {
    class: 'conflict',
  });
}

function stopTooSlow(name: string, limitMs: number): TammaError {
  return new TammaError('STOP_TIMEOUT', `${name} did not stop within ${limitMs} ms`, { class: 'system' });
}

function stopFailed(name: string, failures: readonly ServiceFailure[]): TammaError {
  const reasons = failures.map(({ service, error }) => `${service} (${error.message})`).join(', ');
  const cause = new AggregateError(failures.map(({ error }) => error));
  return new TammaError('STOP_FAILED', `${name} did not stop cleanly: ${reasons}`, {
    class: 'system',
    cause,
  });
}
