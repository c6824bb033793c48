import { Argument, Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { budgetRaiseSchema } from '@tamma/contracts';
import { BUDGET_LEVELS } from '@tamma/domain';
import type { OpenContext } from '../context.ts';
import { showBudgets, showRaised } from '../views/budgets.ts';
import { parseId, parseUsd } from './arguments.ts';
import { checkReason } from './control.ts';

export function budgetCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('budget')
    .description('money for models: how far each budget is spent')
    .addOption(new Option('--level <level>', 'of this level alone').choices(BUDGET_LEVELS))
    .option('--id <id>', 'this one alone: a task, a workflow, a project and its day, or a day', parseId)
    .helpCommand(false)
    .action(async ({ level, id }) => {
      const { api, output } = open();
      output.show(await api.budgets({ level, id }), showBudgets);
    })
    .addCommand(raiseCommand(open));
}

function raiseCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('raise')
    .description('add to a budget; what stood still because of it goes on. Said twice, it adds twice')
    .addArgument(new Argument('<level>', 'which kind of budget').choices(BUDGET_LEVELS))
    .argument('<id>', 'id of the task or workflow; of a project its name; for all of them "today"', parseId)
    .requiredOption('--by <usd>', 'how much more, in US dollars', parseUsd)
    .requiredOption('--reason <text>', 'why; it is recorded')
    .action(async (level, id, { by: byUsd, reason }) => {
      const request = checkReason(budgetRaiseSchema, { level, id, byUsd, reason });
      const { api, output } = open();
      output.show(await api.raiseBudget(request), showRaised);
    });
}
