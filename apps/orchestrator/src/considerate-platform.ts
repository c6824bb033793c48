import type { Circuits, ServiceHold } from '@tamma/coordination';
import { reportError, TammaError, toError } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { GitPlatform } from '@tamma/git-platform';
import { wrapPlatform } from '@tamma/git-platform/wrap';
import { orchestratorEvent } from './use-cases/facts.ts';

/** How long a platform is left alone that does not say how long; and at most, whatever it says. As workers do. */
const HOLD_MS = 60_000;
const HOLD_MAX_MS = 3_600_000;

export interface ConsiderateOptions {
  readonly circuits: Pick<Circuits, 'hold' | 'listHolds'>;
  readonly eventLog: Pick<EventLog, 'append'>;
  readonly now: () => number;
  /** Told of a hold that could not be read or kept: calls go on as if nothing were known. */
  readonly onError: (error: Error) => void;
}

/**
 * A platform that is not called while it asked to be left alone, whoever it told so; what it tells us is kept for all
 * processes. A call that is not made throws a TammaError with code `SERVICE_HELD` and `heldUntilMs`.
 */
export function considerate(platform: GitPlatform, options: ConsiderateOptions): GitPlatform {
  const { name: service } = platform;
  return wrapPlatform(platform, async (_operation, make) => {
    const hold = await findHold(options, service);
    if (hold !== null) throw serviceHeld(hold);
    try {
      return await make();
    } catch (thrown) {
      if (reportError(thrown).class === 'rate-limit') await keepHold(options, service, thrown);
      throw thrown;
    }
  });
}

async function findHold({ circuits, onError }: ConsiderateOptions, service: string) {
  try {
    return (await circuits.listHolds()).find((hold) => hold.service === service) ?? null;
  } catch (thrown) {
    onError(toError(thrown));
    return null;
  }
}

/** The call has failed already: what could not be kept of it must not hide why. */
async function keepHold(options: ConsiderateOptions, service: string, thrown: unknown): Promise<void> {
  const { circuits, eventLog, now, onError } = options;
  const hold = { service, untilMs: holdUntilMs(thrown, now()), why: reportError(thrown).message };
  try {
    if (!(await circuits.hold(hold))) return;
    const data = { service, until: new Date(hold.untilMs).toISOString(), why: hold.why };
    const event = orchestratorEvent(
      `service.${service}.held.${hold.untilMs}`,
      { type: 'SERVICE.HELD.SUCCESS', data },
      { nowMs: now(), tags: { service } },
    );
    await eventLog.append([event]);
  } catch (failed) {
    onError(toError(failed));
  }
}

function holdUntilMs(thrown: unknown, nowMs: number): number {
  return nowMs + Math.min(Math.max(0, askedMs(thrown, nowMs) ?? HOLD_MS), HOLD_MAX_MS);
}

function askedMs(thrown: unknown, nowMs: number): number | undefined {
  if (!(thrown instanceof TammaError)) return undefined;
  return thrown.heldUntilMs === undefined ? thrown.retryAfterMs : thrown.heldUntilMs - nowMs;
}

function serviceHeld({ service, untilMs, why }: ServiceHold): TammaError {
  const until = new Date(untilMs).toISOString();
  return new TammaError('SERVICE_HELD', `${service} is left alone until ${until}, as it asked: ${why}`, {
    class: 'rate-limit',
    heldUntilMs: untilMs,
    remedy: `wait, or raise the limit at ${service}`,
  });
}
