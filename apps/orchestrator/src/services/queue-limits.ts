import type { Config } from '@tamma/contracts';
import { CAPABILITIES } from '@tamma/domain';
import type { FlowQueue, QueueLimits } from '@tamma/queue';

export type ConfiguredLimits = Config['taskQueue']['limits'];

export interface LimitKeeper {
  /** Sets the limits unless they are set: setting them anew begins their periods anew. */
  runOnce(): Promise<void>;
  /** Redis was lost, and the limits with it. */
  forget(): void;
}

/** Has every queue keep the limits of the configuration, and no other. */
export function createLimitKeeper(
  queue: Pick<FlowQueue, 'setLimits'>,
  limits: ConfiguredLimits,
): LimitKeeper {
  let isSet = false;
  return {
    runOnce: async () => {
      if (isSet) return;
      for (const capability of CAPABILITIES) {
        await queue.setLimits(capability, limitsOf(limits[capability]));
      }
      isSet = true;
    },
    forget: () => {
      isSet = false;
    },
  };
}

function limitsOf(configured: ConfiguredLimits[keyof ConfiguredLimits]): QueueLimits {
  const { concurrency = null, rate } = configured ?? {};
  return { concurrency, rate: rate === undefined ? null : { max: rate.max, perMs: rate.per } };
}
