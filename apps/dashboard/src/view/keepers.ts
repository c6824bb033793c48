import type { Explanation } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';

/**
 * What keeps a workflow from going on, beside what its summary says already. Nothing while what the server said is about
 * an earlier wait.
 */
export function keepersOf(
  { waitingFor, suspended }: Pick<WorkflowState, 'waitingFor' | 'suspended'>,
  asked: Pick<Explanation, 'waitingFor' | 'blockedBy'> | null,
): Explanation['blockedBy'] {
  if (waitingFor === null || asked === null || asked.waitingFor === null) return [];
  const isOfThisWait =
    asked.waitingFor.reason === waitingFor.reason && asked.waitingFor.since === waitingFor.since;
  if (!isOfThisWait) return [];
  const said = suspended === null ? 'escalation' : 'suspension';
  return asked.blockedBy.filter(({ what }) => what !== said);
}
