import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { bashCompletion } from '../completion/bash.ts';
import { type CommandTree, readCommandTree } from '../completion/command-tree.ts';
import { fishCompletion } from '../completion/fish.ts';
import { zshCompletion } from '../completion/zsh.ts';
import type { OpenContext } from '../context.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (tree: CommandTree) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

export function completionCommand(open: OpenContext, program: () => CommandUnknownOpts): CommandUnknownOpts {
  return new Command('completion')
    .description('print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .action((shell) => {
      const { output } = open();
      const script = SCRIPTS[shell](readCommandTree(program()));
      if (output.isJson) output.json({ shell, script });
      else output.lines(script.trimEnd().split('\n'));
    });
}
