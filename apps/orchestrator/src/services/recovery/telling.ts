import type { AnyEvent } from '@tamma/domain';
import { orchestratorEvent } from '../../use-cases/facts.ts';

export interface RepairTold {
  readonly workflowId: string;
  /** Events known of the workflow: the same difference found twice is one fact, a later one another. */
  readonly place: number;
  readonly difference: string;
  readonly repair: string;
  readonly nowMs: number;
}

export function repairedEvent({ workflowId, place, difference, repair, nowMs }: RepairTold): AnyEvent {
  const fact = { type: 'RECONCILIATION.REPAIRED.SUCCESS', data: { difference, repair } } as const;
  return orchestratorEvent(`${workflowId}.repaired.${place}`, fact, { workflowId, nowMs });
}
