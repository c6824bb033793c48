import type { CommandTree, OptionWords } from './command-tree.ts';
import { quoteFish as quote } from './quote.ts';

/** A script for fish 3 or later. */
export function fishCompletion({ name, options, commands }: CommandTree): string {
  const lines = [
    `# ${name} completion for fish: ${name} completion fish | source`,
    `complete -c ${name} -f`,
    ...options.map((option) => optionLine(name, option, '')),
    ...commands.map(
      (command) =>
        `complete -c ${name} -n __fish_use_subcommand -a ${quote(command.name)} -d ${quote(command.description)}`,
    ),
    ...commands.flatMap((command) => {
      const condition = ` -n ${quote(`__fish_seen_subcommand_from ${command.name}`)}`;
      return [
        ...command.choices.map((choice) => `complete -c ${name}${condition} -a ${quote(choice)}`),
        ...command.options.map((option) => optionLine(name, option, condition)),
      ];
    }),
  ];
  return `${lines.join('\n')}\n`;
}

function optionLine(
  program: string,
  { names, description, takesValue, choices }: OptionWords,
  condition: string,
): string {
  const flags = names
    .map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
    .join(' ');
  const value = takesValue ? ' -x' : '';
  const words = choices.length === 0 ? '' : ` -a ${quote(choices.join(' '))}`;
  return `complete -c ${program}${condition} ${flags}${value}${words} -d ${quote(description)}`;
}
