import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ANY_EVENT } from '@tamma/contracts';
import { CliError } from '../cli-error.ts';
import type { Context, OpenContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import { parseId } from './arguments.ts';
import { Teller } from './teller.ts';
import { watchWorkflow } from './watch-workflow.ts';

export function watchCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('watch')
    .description('follow what happens, live; one workflow until it ends, or all until Ctrl-C')
    .argument('[workflow]', 'id of a workflow', parseId)
    .option('--text', 'with the text that models stream')
    .option('--exit-on-wait', `end with ${EXIT.needsPerson} when the workflow waits for a person`)
    .action(async (workflowId, { text, exitOnWait }) => {
      if (workflowId !== undefined) {
        const context = open();
        return context.exitWith(await watchWorkflow(context, { workflowId, text, exitOnWait }));
      }
      if (text === true || exitOnWait === true) {
        throw new CliError(EXIT.usage, '--text and --exit-on-wait are about one workflow', {
          remedy: 'Name it: tamma watch <workflow>.',
        });
      }
      await watchAll(open());
    });
}

async function watchAll({ follow, output }: Context): Promise<void> {
  const teller = new Teller(output, { text: false });
  output.note('watching all workflows; Ctrl-C ends it');
  await follow({
    topic: { events: [ANY_EVENT] },
    since: null,
    onTold: (told) => {
      teller.tell(told);
      return 'more';
    },
  });
}
