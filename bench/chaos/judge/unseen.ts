import { taskIdOf, workflowIdOfTask } from '@tamma/domain';
import { EFFECTS, type WitnessLine } from '../witness/line.ts';
import type { Evidence, RecordFacts } from './evidence.ts';

/** The effects that every merged issue took. */
const NEEDED = EFFECTS.filter((effect) => !['attempt', 'body', 'deleteBranch'].includes(effect));

/**
 * What must have happened in a workflow that ended well and was never witnessed, a sentence each. Then the witness was
 * blind, say because the product does not go through it any more, and proves nothing.
 */
export function findUnseen({ witness, record, steps }: Evidence): readonly string[] {
  const begun = witness.filter((line) => line.phase === 'before');
  const byWorkflow = Map.groupBy(begun, workflowOf);
  return record
    .filter(({ status }) => status === 'completed')
    .flatMap((workflow) => unseenOf(workflow, { lines: byWorkflow.get(workflow.workflowId) ?? [], steps }));
}

function workflowOf({ task, workflow }: WitnessLine): string | null {
  return task === null ? workflow : workflowIdOfTask(task);
}

interface Seen {
  readonly lines: readonly WitnessLine[];
  readonly steps: readonly string[];
}

function unseenOf({ workflowId }: RecordFacts, { lines, steps }: Seen): readonly string[] {
  const bodies = new Set(lines.filter((line) => line.effect === 'body').map((line) => line.task));
  const effects = new Set(lines.map((line) => line.effect));
  return [
    ...steps
      .map((step) => taskIdOf(workflowId, step))
      .filter((task) => !bodies.has(task))
      .map((task) => `nobody saw the body of ${task}`),
    ...NEEDED.filter((effect) => !effects.has(effect)).map(
      (effect) => `nobody saw ${effect} in ${workflowId}`,
    ),
  ];
}
