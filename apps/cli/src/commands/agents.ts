import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { OpenContext } from '../context.ts';
import { showAgents } from '../views/agents.ts';
import { parseId } from './arguments.ts';

export function agentsCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('agents')
    .description('models by what they did: success, repairs, turns, time and money, by project and step')
    .option('--project <id>', 'of this project alone', parseId)
    .option('--step <name>', 'at this step alone', parseId)
    .action(async ({ project, step }) => {
      const { api, output } = open();
      output.show(await api.agents({ project, step }), showAgents);
    });
}
