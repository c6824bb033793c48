import type { StepHandler } from '@tamma/contracts';
import { done, type Outcome } from '@tamma/domain';
import type { Step, StepContext } from '@tamma/steps';
import { z } from 'zod';

export interface FakeStep extends Step {
  /** How often it was run. */
  runs(): number;
}

const answer = z.object({ answer: z.int() });

/** A step under one of the known names that does what the test says; its result is `{answer: <whole number>}`. */
export function fakeStep(
  handler: StepHandler,
  run: (context: StepContext) => Promise<Outcome<unknown>> | Outcome<unknown> = () => done({ answer: 42 }),
): FakeStep {
  let runs = 0;
  return {
    handler,
    result: answer,
    run: async (context) => {
      runs += 1;
      return run(context);
    },
    runs: () => runs,
  };
}

/** Waits until the attempt is told to stop, and gives up with the reason, as a well-behaved step does. */
export async function untilAborted({ signal }: StepContext): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}
