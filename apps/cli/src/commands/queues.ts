import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { controlRequestSchema, type QueueControlResult, queueNameSchema } from '@tamma/contracts';
import type { OpenContext } from '../context.ts';
import type { View } from '../terminal/output.ts';
import { showQueues } from '../views/lists.ts';
import { checkReason } from './control.ts';

export function queuesCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('queues')
    .description('the queues: what waits, runs and failed in each, and which are paused')
    .action(async () => {
      const { api, output } = open();
      output.show(await api.queues(), showQueues);
    });
}

export function pauseQueueCommand(open: OpenContext): CommandUnknownOpts {
  return queueCommand(open, 'pause', 'have no worker take anything of a queue; what runs comes to its end');
}

export function resumeQueueCommand(open: OpenContext): CommandUnknownOpts {
  return queueCommand(open, 'resume', 'have workers take from a paused queue again');
}

function queueCommand(open: OpenContext, verb: 'pause' | 'resume', description: string): CommandUnknownOpts {
  const queue = new Argument('<queue>', 'a capability, or all of them').choices(queueNameSchema.options);
  return new Command(`${verb}-queue`)
    .description(description)
    .addArgument(queue)
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action(async (name, body) => {
      const { reason } = checkReason(controlRequestSchema, body);
      const { api, output } = open();
      output.show(await api.controlQueue(name, verb, reason), showControl);
    });
}

const showControl: View<QueueControlResult> = ({ queue, message, changed }) => [
  `${queue}: ${message}${changed ? '' : ' (nothing changed)'}`,
];
