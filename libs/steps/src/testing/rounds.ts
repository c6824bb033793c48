import type { StepHandler } from '@tamma/contracts';
import { ROUNDS_MAX, type RoundKind, taskIdOf } from '@tamma/domain';
import type { Attempt } from './attempt.ts';
import type { Bench } from './bench.ts';

/** Ids of the steps that have to run again first; fails when the step did anything else but ask for that. */
export function roundOf({ outcome }: Attempt): {
  readonly kind: RoundKind;
  readonly steps: readonly string[];
} {
  if (outcome.kind === 'wait' && outcome.on === 'dependency') return outcome.round;
  throw new Error(`the step asked for no round: ${JSON.stringify(outcome)}`);
}

/** As many rounds as a workflow gets, asked for by this step. */
export function seedRounds(
  bench: Bench,
  kind: RoundKind,
  askedBy: StepHandler,
  count: number = ROUNDS_MAX,
): void {
  for (let i = 0; i < count; i += 1) {
    const number = bench.rounds.length + 1;
    bench.rounds.push({ number, kind, askedBy: taskIdOf(bench.head.workflowId, askedBy), steps: [] });
  }
}
