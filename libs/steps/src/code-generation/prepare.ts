import { escalate, type Outcome } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { prepareCheckout, summarize } from '../gate/run-command.ts';
import type { StepContext } from '../step.ts';

/** How much of the end of what it printed a person is shown, in characters. */
const OUTPUT_MAX = 1000;

/**
 * Stops before a model is paid for a change whose tests could not be run. In a round what cannot be prepared may be the
 * change itself, which is there to be repaired.
 */
export async function refuseUnprepared(
  context: StepContext,
  workspace: Workspace,
): Promise<Outcome<never> | null> {
  const { prepare } = context.head.project.gates;
  if (prepare === undefined || context.round > 0) return null;
  await context.progress(PREPARING_PERCENT, 'preparing the checkout');
  const failed = await prepareCheckout(context, workspace);
  if (failed === null) return null;
  return escalate({
    code: 'PREPARATION_FAILED',
    class: 'gate',
    message: `${summarize(prepare, failed)}: ${failed.output.slice(-OUTPUT_MAX).trim().toWellFormed()}`,
    remedy: "run the project's gates.prepare on a fresh clone, mend it or its network, then retry",
  });
}

const PREPARING_PERCENT = 5;
