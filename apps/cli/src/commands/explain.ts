import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { aboutWorkflow } from '../api/known-workflow.ts';
import type { OpenContext } from '../context.ts';
import { showExplanation } from '../views/explanation.ts';
import { parseId } from './arguments.ts';

export function explainCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('explain')
    .description('what a workflow waits for and why, and who can move it')
    .argument('<workflow>', 'id of a workflow', parseId)
    .action(async (id) => {
      const { api, output } = open();
      output.show(await aboutWorkflow(api, id, () => api.explain(id)), showExplanation);
    });
}
