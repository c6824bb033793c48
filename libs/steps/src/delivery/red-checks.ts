import type { Check, Outcome } from '@tamma/domain';
import { askForDelivery } from '../round.ts';
import type { StepContext } from '../step.ts';
import { describeChecks, readCiLog } from './ci-log.ts';

export async function tellRed(context: StepContext, failed: readonly Check[], commit: string): Promise<void> {
  const summary = `red: ${describeChecks(failed)}`;
  await context.tell({ type: 'CI.RAN.FAILED', data: { commit, summary } });
}

/** Red checks go back with the change, and with the end of their logs. */
export async function sendBackRed(
  context: StepContext,
  failed: readonly Check[],
  commit: string,
): Promise<Outcome<never>> {
  context.writeArtifact('ci.log', await readCiLog(context.platform, failed));
  const why = `checks of the platform are red on ${commit.slice(0, 7)}: ${describeChecks(failed)}`;
  return askForDelivery(context, 'ci', why);
}
