import type { AnyEvent } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';

export const WORKFLOW = 'demo-1.r1';

/** Events of a workflow that differ by a number in `why`. */
export function buildEvents(count: number, workflowId = WORKFLOW, from = 0): AnyEvent[] {
  return Array.from({ length: count }, (_, index) =>
    buildEvent('TASK.INTERRUPTED.SUCCESS', { why: String(from + index) }, { workflowId }),
  );
}
