import type { StepHandler } from '@tamma/contracts';
import { approvalIdOf, type StoredDecision, taskIdOf } from '@tamma/domain';
import type { Bench } from './bench.ts';

type Said = Pick<StoredDecision, 'decision' | 'kind' | 'subject'> & Partial<StoredDecision>;

/** Ada decides about what the step asked. */
export function decide(bench: Bench, handler: StepHandler, said: Said): void {
  const taskId = taskIdOf(bench.head.workflowId, handler);
  const approvalId = approvalIdOf(taskId, bench.decisions.length + 1);
  bench.decisions.push({ approvalId, comment: '', by: 'ada', at: '2026-01-02T00:00:00.000Z', ...said });
}

/** Ada answers the question of a step. */
export function answer(bench: Bench, handler: StepHandler, comment: string): void {
  decide(bench, handler, { kind: 'question', decision: 'answer', subject: null, comment });
}
