import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { aboutProject } from '../api/known-project.ts';
import type { OpenContext } from '../context.ts';
import { showVerdicts } from '../views/issues.ts';
import { parseId, parseLimit } from './arguments.ts';

const LIMIT_DEFAULT = 100;

export function issuesCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('issues')
    .description('the issues of a project: which are taken, and why the others are not')
    .argument('<project>', 'id of a project', parseId)
    .option('--eligible', 'those that no rule refuses alone')
    .addOption(new Option('--refused', 'those that are refused alone').conflicts('eligible'))
    .option('--limit <count>', 'so many at most', parseLimit, LIMIT_DEFAULT)
    .action(async (project, { eligible, refused, limit }) => {
      const { api, output } = open();
      const wanted = eligible === true ? 'true' : refused === true ? 'false' : undefined;
      const issues = await aboutProject(api, project, () => api.issues(project, { eligible: wanted, limit }));
      output.show(issues, showVerdicts);
    });
}
