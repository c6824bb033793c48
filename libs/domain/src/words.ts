import type { WaitingReason } from './workflow.ts';
import type { WorkflowState } from './workflow-state.ts';

/** What a workflow waits for, to be read after "waits for". */
export const WAITING_WORDS: Readonly<Record<WaitingReason, string>> = {
  slot: 'a free slot',
  worker: 'a worker',
  approval: 'an approval',
  human: 'a person',
  ci: 'the checks of the platform',
  review: 'a review',
  'rate-limit': 'a provider that asked to wait',
  budget: 'its budget',
  circuit: 'a service that recovers',
  dependency: 'other steps',
};

const RESULTS = { merged: 'merged', 'no-change': 'no change was needed', done: 'done' } as const;

/** `merged`, or `no change was needed: it is in main already`. */
export function describeResult(result: keyof typeof RESULTS, why: string | null | undefined): string {
  return why === null || why === undefined || why === '' ? RESULTS[result] : `${RESULTS[result]}: ${why}`;
}

type End = Pick<WorkflowState, 'status' | 'result' | 'completedBecause' | 'cancelledBecause' | 'error'>;

/** What became of a workflow that ended, in a few words; null while it goes on. */
export function describeEnd(state: End): string | null {
  switch (state.status) {
    case 'completed':
      return describeResult(state.result ?? 'merged', state.completedBecause);
    case 'failed':
      return `failed: ${state.error?.message ?? 'no reason given'}`;
    case 'cancelled':
      return `cancelled: ${state.cancelledBecause ?? 'no reason given'}`;
    case 'pending':
    case 'running':
    case 'paused':
      return null;
  }
}
