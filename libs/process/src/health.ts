import type { Health } from '@tamma/contracts';
import { TammaError, toError } from '@tamma/domain';
import { settleWithin } from './deadline.ts';

const CHECK_TIMEOUT_MS = 2_000;

export type HealthStatus = Health['status'];

export interface CheckResult {
  readonly status: HealthStatus;
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface HealthCheck {
  readonly name: string;
  /** Whether the process is of no use without this part; otherwise its failure only degrades. */
  readonly critical: boolean;
  check(): Promise<CheckResult>;
}

export interface HealthOptions {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly checkTimeoutMs?: number;
}

export interface HealthMonitor {
  /** Throws a TammaError when a check of that name is there already. */
  add(check: HealthCheck): void;
  /** Asks every part at once. A part that throws or answers late is unhealthy, with the reason in its details. */
  report(): Promise<Health>;
}

interface Part {
  readonly check: HealthCheck;
  /** The call under way: a part that hangs is not called again, so that calls cannot pile up. */
  pending: Promise<CheckResult> | null;
}

export function createHealth(options: HealthOptions): HealthMonitor {
  const now = options.now ?? Date.now;
  const timeoutMs = options.checkTimeoutMs ?? CHECK_TIMEOUT_MS;
  const startedAt = now();
  const parts = new Map<string, Part>();

  return {
    add: (check) => {
      if (parts.has(check.name)) {
        throw new TammaError('CHECK_EXISTS', `health check "${check.name}" is there already`, {
          class: 'validation',
        });
      }
      parts.set(check.name, { check, pending: null });
    },
    report: async () => {
      const judged = await Promise.all([...parts.values()].map((part) => judge(part, timeoutMs)));
      return {
        status: overall(judged),
        timestamp: new Date(now()).toISOString(),
        uptime: Math.round((now() - startedAt) / 1000),
        version: options.version,
        checks: judged.map(({ name, status, details }) => ({ name, status, details })),
      };
    },
  };
}

interface Judged {
  readonly name: string;
  readonly critical: boolean;
  readonly status: HealthStatus;
  readonly details: Record<string, unknown>;
}

async function judge(part: Part, timeoutMs: number): Promise<Judged> {
  const { name, critical } = part.check;
  try {
    const result = await settleWithin(ask(part), timeoutMs, () => new Error(`no answer in ${timeoutMs} ms`));
    return { name, critical, status: result.status, details: { ...result.details } };
  } catch (thrown) {
    return { name, critical, status: 'unhealthy', details: { reason: toError(thrown).message } };
  }
}

function ask(part: Part): Promise<CheckResult> {
  part.pending ??= call(part);
  return part.pending;
}

async function call(part: Part): Promise<CheckResult> {
  try {
    return await part.check.check();
  } finally {
    part.pending = null;
  }
}

function overall(judged: readonly Judged[]): HealthStatus {
  if (judged.some(({ critical, status }) => critical && status === 'unhealthy')) return 'unhealthy';
  return judged.every(({ status }) => status === 'healthy') ? 'healthy' : 'degraded';
}
