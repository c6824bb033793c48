import type { AnyEvent, EventType } from '@tamma/domain';

/** What ends an attempt without saying how long it took. */
const ENDS: ReadonlySet<EventType> = new Set([
  'TASK.PARKED.SUCCESS',
  'TASK.RETRY.SCHEDULED',
  'TASK.INTERRUPTED.SUCCESS',
  'TASK.FAILED.PERMANENT',
  'ROUND.STARTED.SUCCESS',
]);

/** Milliseconds that the attempts of a workflow have run since a person last intervened, as far as they were told. */
export function readActiveMs(events: readonly AnyEvent[]): number {
  const begunAt = new Map<string, number>();
  let activeMs = 0;
  for (const event of events) {
    // Whoever has it tried again grants the time anew.
    if (event.type === 'ESCALATION.RESOLVED.SUCCESS') activeMs = 0;
    const attempt = `${event.taskId}.${event.attempt}`;
    if (event.type === 'TASK.DEQUEUED.SUCCESS') begunAt.set(attempt, Date.parse(event.at));
    const began = begunAt.get(attempt);
    if (event.type === 'TASK.COMPLETED.SUCCESS') {
      activeMs += event.data.durationMs;
      begunAt.delete(attempt);
    } else if (ENDS.has(event.type) && began !== undefined) {
      activeMs += Math.max(0, Date.parse(event.at) - began);
      begunAt.delete(attempt);
    }
  }
  return activeMs;
}
