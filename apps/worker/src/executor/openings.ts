import type { AnyEvent } from '@tamma/domain';
import type { AttemptStart } from './attempt.ts';

/** What people see first: who took it, the session with the first step, a phase with its first step. */
export function openingEvents(
  { task, teller, capability }: Pick<AttemptStart, 'task' | 'teller' | 'capability'>,
  workerId: string,
): readonly AnyEvent[] {
  const { opens } = task.payload;
  const taken = teller.event({ type: 'TASK.DEQUEUED.SUCCESS', data: { capability, workerId } });
  if (opens === undefined) return [taken];
  const { phase, sessionKey } = opens;
  const begins = teller.startEvent({ type: 'PHASE.STARTED.SUCCESS', data: { phase } }, 'phase');
  if (sessionKey === null) return [taken, begins];
  const session = teller.startEvent({ type: 'SESSION.STARTED.SUCCESS', data: { sessionKey } }, 'session');
  return [taken, session, begins];
}
