import { type Fact, reportError, toError } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import { settleWithin } from '@tamma/process';
import { orchestratorEvent } from './use-cases/facts.ts';

/** A log that is away must hold up neither a failing start nor a stop. */
const TELL_TIMEOUT_MS = 2000;

/** Names in the order in which the parts come up; told when all are there. */
const SERVICES = [
  'config',
  'logger',
  'database',
  'taskQueue',
  'workerPool',
  'httpServer',
  'webSocketServer',
  'healthChecker',
];

export interface LifecycleOptions {
  readonly eventLog: Pick<EventLog, 'append'>;
  /** Names this run of the process. */
  readonly bootId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The settings, without secrets. */
  readonly config: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** Hears of facts that could not be told. */
  readonly onError: (error: Error) => void;
  readonly tellTimeoutMs?: number;
}

/** What the process tells of itself. No method throws: the fact is not worth more than the start or the stop. */
export interface Lifecycle {
  started(address: { readonly host: string; readonly port: number }): Promise<void>;
  startFailed(thrown: unknown): Promise<void>;
  stopped(): Promise<void>;
}

export function createLifecycle(options: LifecycleOptions): Lifecycle {
  const { eventLog, bootId, startedAt, now, onError, tellTimeoutMs = TELL_TIMEOUT_MS } = options;
  const startTime = new Date(startedAt).toISOString();

  const tell = async (facts: readonly Fact[], tags: Readonly<Record<string, string>> = {}) => {
    const events = facts.map((fact) =>
      orchestratorEvent(`orchestrator.${bootId}.${fact.type}`, fact, { nowMs: now(), tags }),
    );
    const late = () => new Error(`${facts[0]?.type} could not be told within ${tellTimeoutMs} ms`);
    try {
      await settleWithin(eventLog.append(events), tellTimeoutMs, late);
    } catch (thrown) {
      onError(toError(thrown));
    }
  };

  return {
    started: ({ host, port }) =>
      tell(
        [
          {
            type: 'ORCHESTRATOR.STARTED.SUCCESS',
            data: { host, port, startTime, config: { ...options.config } },
          },
          { type: 'ORCHESTRATOR.STARTUP.COMPLETE', data: { services: SERVICES } },
        ],
        { host, port: String(port) },
      ),
    startFailed: (thrown) => {
      const error = reportError(thrown);
      return tell([
        { type: 'ORCHESTRATOR.STARTED.FAILED', data: { error, startTime } },
        { type: 'ORCHESTRATOR.STARTUP.FAILED', data: { error } },
      ]);
    },
    stopped: () => {
      const data = { uptimeMs: now() - startedAt };
      return tell([
        { type: 'ORCHESTRATOR.STOPPED.SUCCESS', data },
        { type: 'ORCHESTRATOR.SHUTDOWN.COMPLETE', data },
      ]);
    },
  };
}
