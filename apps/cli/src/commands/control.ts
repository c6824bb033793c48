import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { type ControlResult, controlRequestSchema } from '@tamma/contracts';
import { aboutWorkflow } from '../api/known-workflow.ts';
import { CliError } from '../cli-error.ts';
import type { OpenContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import type { View } from '../terminal/output.ts';
import { parseId } from './arguments.ts';

export function cancelCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('cancel')
    .description('stop a workflow for good and release its issue')
    .argument('<workflow>', 'id of a workflow', parseId)
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action((id, { reason }) => control(open, { id, verb: 'cancel', reason }));
}

export function retryCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('retry')
    .description('have the failed step of an escalated workflow tried again')
    .argument('<workflow>', 'id of a workflow', parseId)
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action((id, { reason }) => control(open, { id, verb: 'retry', reason }));
}

interface Order {
  readonly id: string;
  readonly verb: 'cancel' | 'retry';
  readonly reason: string;
}

async function control(open: OpenContext, { id, verb, reason }: Order): Promise<void> {
  const parsed = controlRequestSchema.safeParse({ reason });
  if (!parsed.success) {
    const why = parsed.error.issues.map(({ message }) => message).join('; ');
    throw new CliError(EXIT.usage, `--reason: ${why}`);
  }
  const { api, output } = open();
  output.show(await aboutWorkflow(api, id, () => api.control(id, verb, parsed.data.reason)), showControl);
}

const showControl: View<ControlResult> = ({ workflowId, message, changed }) => [
  `${workflowId}: ${message}${changed ? '' : ' (nothing changed)'}`,
];
