import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { WorkflowCreated } from '../api/api.ts';
import { aboutProject } from '../api/known-project.ts';
import type { OpenContext } from '../context.ts';
import type { View } from '../terminal/output.ts';
import { parseId, parseIssue } from './arguments.ts';
import { watchWorkflow } from './watch-workflow.ts';

const PLACE_BEFORE_ALL = '0-0';

export function submitCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('submit')
    .description('work on an issue now')
    .argument('<project>', 'id of a project', parseId)
    .argument('<issue>', 'number of an issue', parseIssue)
    .option('--override', "although the project's rules refuse it")
    .option('--watch', 'then watch it until it ends')
    .action(async (project, issue, { override, watch }) => {
      const context = open();
      const { api } = context;
      const request = { project, issue, override: override === true };
      const created = await aboutProject(api, project, () => api.submit(request));
      context.output.show(created, showCreated);
      if (watch !== true) return;
      const { workflowId } = created.exact;
      // It may not be in the record yet, but what the log says of it from the start is all there is.
      context.exitWith(await watchWorkflow(context, { workflowId, since: PLACE_BEFORE_ALL }));
    });
}

const showCreated: View<WorkflowCreated> = ({ workflowId }) => [workflowId];
