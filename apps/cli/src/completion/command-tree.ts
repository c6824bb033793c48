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

function wordsOf(command: CommandUnknownOpts): CommandWords {
  return {
    name: command.name(),
    description: command.description(),
    options: optionsOf(command),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
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
