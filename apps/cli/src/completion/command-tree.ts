import type { CommandUnknownOpts, Option } from '@commander-js/extra-typings';

/** What can be typed, as completions need it. */
export interface OptionWords {
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

export interface CommandWords {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Words that the arguments are chosen from. */
  readonly choices: readonly string[];
}

export interface CommandTree {
  readonly name: string;
  readonly options: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

export function readCommandTree(program: CommandUnknownOpts): CommandTree {
  return {
    name: program.name(),
    options: optionsOf(program),
    commands: program.commands.map(wordsOf),
  };
}

/** What a command within it takes is offered beside its own. */
function wordsOf(command: CommandUnknownOpts): CommandWords {
  const all = [command, ...command.commands];
  const options = new Map(all.flatMap(optionsOf).map((option) => [option.names.join(), option]));
  const choices = all.flatMap(({ registeredArguments }) =>
    registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  );
  return {
    name: command.name(),
    description: command.description(),
    options: [...options.values()],
    choices: [...command.commands.map((inner) => inner.name()), ...choices],
  };
}

function optionsOf(command: CommandUnknownOpts): OptionWords[] {
  return command.createHelp().visibleOptions(command).map(optionWords);
}

function optionWords({ short, long, description, required, optional, argChoices }: Option): OptionWords {
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
