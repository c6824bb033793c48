import { Argument, Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { TASK_TYPES } from '@tamma/contracts';
import { CAPABILITIES } from '@tamma/domain';
import type { TaskCreated } from '../api/api.ts';
import type { OpenContext } from '../context.ts';
import type { View } from '../terminal/output.ts';
import { showTask } from '../views/task.ts';
import { parseId, parsePayload } from './arguments.ts';

export function taskCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('task')
    .description('one task: where it stands, and what became of it so far')
    .argument('<task>', 'id of a task', parseId)
    .action(async (id) => {
      const { api, output } = open();
      output.show(await api.task(id), showTask);
    });
}

export function submitTaskCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('submit-task')
    .description('have one task done on its own, such as a gate on a branch')
    .addArgument(new Argument('<type>', 'what kind of task').choices(TASK_TYPES))
    .argument('<payload>', 'what it is to do, as JSON', parsePayload)
    .addOption(new Option('--capability <name>', 'the one it needs, to make sure').choices(CAPABILITIES))
    .action(async (type, payload, { capability }) => {
      const { api, output } = open();
      const request = capability === undefined ? { type, payload } : { type, payload, capability };
      output.show(await api.submitTask(request), showCreated);
    });
}

const showCreated: View<TaskCreated> = ({ taskId }) => [taskId, `see how it goes: tamma task ${taskId}`];
