import { createHash } from 'node:crypto';
import { capabilityOfTask, type PlannedStep, TASK_HANDLERS } from '@tamma/contracts';
import type { WorkflowPlan } from './plan.ts';

const TIMEOUT_MS = 30 * 60_000;

/** The plan of a task that was submitted on its own: one step, which neither opens nor closes a phase. */
export function planOfTask(
  type: keyof typeof TASK_HANDLERS,
  payload: { readonly gate?: unknown },
): WorkflowPlan {
  const handler = TASK_HANDLERS[type];
  const step: PlannedStep = {
    id: handler,
    handler,
    phase: 'EXECUTE',
    capability: capabilityOfTask(type, payload),
    index: 0,
    needs: [],
    timeoutMs: TIMEOUT_MS,
    closes: null,
    opens: false,
    allow: [],
  };
  const hash = createHash('sha256').update(JSON.stringify(step)).digest('hex');
  return { name: 'task', hash, steps: [step] };
}
