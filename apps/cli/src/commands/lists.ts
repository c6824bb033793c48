import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { CAPABILITIES, TASK_STATUSES } from '@tamma/domain';
import { aboutWorkflow } from '../api/known-workflow.ts';
import type { OpenContext } from '../context.ts';
import { showTasks, showWorkers } from '../views/lists.ts';
import { showProjects } from '../views/projects.ts';
import { parseId, parseLimit } from './arguments.ts';

const LIMIT_DEFAULT = 100;

export function workersCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('workers').description('who works: capabilities, load, sandbox').action(async () => {
    const { api, output } = open();
    output.show(await api.workers(), showWorkers);
  });
}

export function tasksCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('tasks')
    .description('the steps of all workflows as tasks, newest workflow first')
    .option('--workflow <id>', 'of this workflow alone', parseId)
    .addOption(new Option('--status <status>', 'in this status alone').choices(TASK_STATUSES))
    .addOption(new Option('--capability <name>', 'that take this capability alone').choices(CAPABILITIES))
    .option('--limit <count>', 'so many at most', parseLimit, LIMIT_DEFAULT)
    .action(async ({ workflow, status, capability, limit }) => {
      const { api, output } = open();
      if (workflow !== undefined) await aboutWorkflow(api, workflow, () => api.workflow(workflow));
      output.show(await api.tasks({ workflowId: workflow, status, capability, limit }), showTasks);
    });
}

export function projectsCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('projects')
    .description('the projects, and what was made of each of their issues')
    .action(async () => {
      const { api, output } = open();
      output.show(await api.projects(), showProjects);
    });
}
