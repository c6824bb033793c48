export const TASK_STATUSES = ['pending', 'scheduled', 'running', 'completed', 'failed', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** The table of docs/states.md; what is not listed is refused. */
const NEXT: Readonly<Record<TaskStatus, readonly TaskStatus[]>> = {
  pending: ['running', 'failed', 'cancelled'],
  scheduled: ['pending', 'running', 'failed', 'cancelled'],
  running: ['completed', 'scheduled', 'pending', 'failed', 'cancelled'],
  failed: ['pending', 'cancelled'],
  completed: [],
  cancelled: [],
};

export function canMoveTask(from: TaskStatus, to: TaskStatus): boolean {
  return NEXT[from].includes(to);
}
