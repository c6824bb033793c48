import type { Loop } from '@tamma/process';
import type { DutiesOptions } from './duties-options.ts';
import type { LoopTools, TermParts } from './loop-tools.ts';
import { createLossWatch } from './loss-watch.ts';
import { createPauseKeeper } from './pause-keeper.ts';
import { createLimitKeeper } from './queue-limits.ts';
import { createReconciler } from './reconciler.ts';
import { createRecordedSpending } from './recorded-spending.ts';
import type { Recorder } from './recorder.ts';
import { createRescuer } from './rescuer.ts';

const RESCUE_MS = 5000;
const KEEP_MS = 5000;
const LOSS_MS = 3000;

export interface RecoveryParts extends TermParts, LoopTools {
  readonly recorder: Recorder;
}

/** The loops that mend what a crash or a loss left behind. */
export function buildRecoveryLoops(options: DutiesOptions, parts: RecoveryParts): readonly Loop[] {
  const { store } = options;
  const { loop, term, takeTurn, onFailure, recorder } = parts;
  const common = { ...options, claims: store.claims, reader: store.reader, takeTurn, onFailure };
  const limits = createLimitKeeper(options.queue, options.queueLimits);
  const limitsLoop = loop('queue limits', KEEP_MS, limits.runOnce);
  const pauses = createPauseKeeper(common);
  const pausesLoop = loop('queue pauses', KEEP_MS, pauses.runOnce);
  const reconciler = createReconciler({
    ...common,
    requireLead: () => options.requireLead(term),
    settleRecord: recorder.settled,
  });
  const spending = createRecordedSpending(common);
  const reconcilerLoop = loop('reconciler', options.reconcileIntervalMs, async (signal) => {
    // Before work goes on that may spend more.
    await spending.catchUp(signal);
    if ((await reconciler.runOnce(signal)) === 'more') reconcilerLoop.wake();
  });
  const lossWatch = createLossWatch({
    ...common,
    onLoss: () => {
      pauses.forget();
      pausesLoop.wake();
      limits.forget();
      limitsLoop.wake();
      spending.forget();
      reconcilerLoop.wake();
    },
  });
  return [
    loop('rescuer', RESCUE_MS, createRescuer(common).runOnce),
    limitsLoop,
    pausesLoop,
    loop('loss watch', LOSS_MS, lossWatch.runOnce),
    loop('recorded spending', options.reconcileIntervalMs, spending.runOnce),
    reconcilerLoop,
  ];
}
