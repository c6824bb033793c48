import type { TaskStatus } from '@tamma/domain';

/** The mapping between our words and BullMQ's states, for both directions of talk. */
const STATUS_BY_STATE: Readonly<Record<string, TaskStatus>> = {
  waiting: 'pending',
  prioritized: 'pending',
  'waiting-children': 'pending',
  delayed: 'scheduled',
  active: 'running',
  completed: 'completed',
  failed: 'failed',
};

/** Null for `unknown`: BullMQ's word for a job that is not there. */
export function statusOfState(state: string): TaskStatus | null {
  return STATUS_BY_STATE[state] ?? null;
}
