import { STEP_HANDLERS, type StepHandler } from '@tamma/contracts';
import { type Attempt, runStep } from './attempt.ts';
import type { Bench } from './bench.ts';

/** More rounds than any workflow gets: a step that goes on asking is a bug, not a reason to hang. */
const ATTEMPTS_MAX = 10;

export interface DriveOptions {
  readonly round?: number;
  /** Told each step as it runs, by the end of its task's id: `build-gate`, `code-generation.1`. */
  readonly onStep?: (name: string) => void;
}

/**
 * Runs a step until it is done, waits for a person or stops, as executor and queue would: what a round names runs
 * first, in order, then the step runs again. Gives back its last attempt, or that of the step it still waits for.
 */
export async function drive(
  bench: Bench,
  handler: StepHandler,
  options: DriveOptions = {},
): Promise<Attempt> {
  const { round = 0, onStep } = options;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    onStep?.(round === 0 ? handler : `${handler}.${round}`);
    const made = await runStep(bench, handler, { round });
    if (made.outcome.kind !== 'wait' || made.outcome.on !== 'dependency') return made;
    const stuck = await driveRound(bench, onStep);
    if (stuck !== null) return stuck;
  }
  throw new Error(`${handler} asked for ${ATTEMPTS_MAX} rounds`);
}

/** The steps of the newest round. Gives back the attempt at which it got stuck, null when it is over. */
async function driveRound(bench: Bench, onStep: DriveOptions['onStep']): Promise<Attempt | null> {
  const round = bench.rounds.at(-1);
  if (round === undefined) throw new Error('no round is on record');
  for (const id of round.steps) {
    const handler = bench.head.template.steps.find((step) => step.id === id)?.handler;
    const made = await drive(bench, handlerOf(handler), {
      round: round.number,
      ...(onStep === undefined ? {} : { onStep }),
    });
    if (made.outcome.kind !== 'done') return made;
  }
  return null;
}

function handlerOf(name: string | undefined): StepHandler {
  const handler = STEP_HANDLERS.find((one) => one === name);
  if (handler === undefined) throw new Error(`there is no step ${name}`);
  return handler;
}
