import { taskIdOf, workflowIdOfTask } from '@tamma/domain';
import type { WitnessLine } from '../witness/line.ts';
import type { Evidence } from './evidence.ts';

/** Bodies that began before the body of the step above them had been done once, a sentence each. */
export function findDisorder({ witness, steps }: Pick<Evidence, 'witness' | 'steps'>): readonly string[] {
  const done = new Set<string>();
  const found: string[] = [];
  for (const line of witness) {
    if (line.effect !== 'body' || line.task === null) continue;
    if (line.phase === 'after' && line.result === 'done') done.add(line.task);
    if (line.phase === 'before') found.push(...tooEarly({ ...line, task: line.task }, { steps, done }));
  }
  return found;
}

interface SoFar {
  readonly steps: readonly string[];
  readonly done: ReadonlySet<string>;
}

function tooEarly(
  { task, attempt }: WitnessLine & { task: string },
  { steps, done }: SoFar,
): readonly string[] {
  const workflowId = workflowIdOfTask(task);
  if (workflowId === null) return [`${task} is the task of no workflow`];
  const index = steps.findIndex((step) => taskIdOf(workflowId, step) === task);
  // Rounds go back on purpose.
  if (index < 1) return [];
  const above = taskIdOf(workflowId, steps[index - 1] ?? '');
  return done.has(above) ? [] : [`attempt ${attempt} of ${task} began before ${above} was done`];
}
