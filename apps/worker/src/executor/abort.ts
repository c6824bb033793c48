import { setTimeout as sleep } from 'node:timers/promises';
import type { Fence, WorkflowHashes } from '@tamma/coordination';
import { TammaError } from '@tamma/domain';

/** How often an attempt asks whether it still owns its task: a cancelled one stops within about this time. */
const OWNER_CHECK_MS = 1000;

export type AbortKind = 'shutdown' | 'overtaken' | 'timeout';

/** Why an attempt was told to stop. It is what steps see as `signal.reason`. */
export class AttemptAborted extends TammaError {
  readonly kind: AbortKind;
  constructor(kind: AbortKind, message: string) {
    super('ATTEMPT_ABORTED', message, { class: 'system' });
    this.name = 'AttemptAborted';
    this.kind = kind;
  }
}

export interface AttemptSignalOptions {
  /** From the queue; its reason is a word. */
  readonly queueSignal: AbortSignal;
  readonly timeoutMs: number;
  readonly fence: Fence;
  readonly hashes: WorkflowHashes;
}

export interface AttemptSignal extends Disposable {
  readonly signal: AbortSignal;
}

/** One signal for everything that can end an attempt early: the queue, its time limit, a lost task. */
export function attemptSignal(options: AttemptSignalOptions): AttemptSignal {
  const { queueSignal, timeoutMs } = options;
  const controller = new AbortController();
  const finished = new AbortController();
  const abort = (kind: AbortKind, message: string) => controller.abort(new AttemptAborted(kind, message));

  const onQueueAbort = () => {
    if (queueSignal.reason === 'shutdown') abort('shutdown', 'the worker shuts down');
    else abort('overtaken', 'the lock of this task is lost');
  };
  if (queueSignal.aborted) onQueueAbort();
  else queueSignal.addEventListener('abort', onQueueAbort, { once: true, signal: finished.signal });
  const timer = setTimeout(
    () => abort('timeout', `the step ran longer than its limit of ${timeoutMs} ms`),
    timeoutMs,
  );
  void watchOwner(options, finished.signal, () =>
    abort('overtaken', 'the task has another owner or was cancelled'),
  );

  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      finished.abort();
    },
  };
}

async function watchOwner(
  { hashes, fence }: AttemptSignalOptions,
  finished: AbortSignal,
  onLost: () => void,
): Promise<void> {
  while (!finished.aborted) {
    await sleep(OWNER_CHECK_MS, undefined, { signal: finished, ref: false }).catch(() => undefined);
    if (finished.aborted) return;
    // An unreachable Redis proves nothing about the owner; the commit point asks again in any case.
    const owns = await hashes.owns(fence).catch(() => true);
    if (!owns) return onLost();
  }
}
