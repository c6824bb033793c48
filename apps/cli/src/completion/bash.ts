import type { CommandTree, OptionWords } from './command-tree.ts';
import { quote } from './quote.ts';

/** A script for bash 4 or later; free of ids, which only the server knows. */
export function bashCompletion({ name, options, commands }: CommandTree): string {
  const names = commands.map((command) => command.name);
  return `# ${name} completion for bash: eval "$(${name} completion bash)"
_${name}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" command="" words="" index
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "\${COMP_WORDS[index]}" in
      ${names.join('|')}) command="\${COMP_WORDS[index]}"; break ;;
    esac
  done
  case "$command $previous" in
${commands.flatMap((command) => valueCases(command.name, command.options)).join('\n')}
${valueCases('*', options).join('\n')}
  esac
  case "$command" in
    '') words=${quote([...names, ...longNames(options)].join(' '))} ;;
${commands
  .map((command) => {
    const words = [...command.choices, ...longNames([...command.options, ...options])];
    return `    ${command.name}) words=${quote(words.join(' '))} ;;`;
  })
  .join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _${name} ${name}
`;
}

/** After an option with a value: its choices, or nothing where anything goes. */
function valueCases(command: string, options: readonly OptionWords[]): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ names, choices }) => {
      const patterns = names.map((option) => (command === '*' ? `*" ${option}"` : `"${command} ${option}"`));
      return `    ${patterns.join('|')}) COMPREPLY=($(compgen -W ${quote(choices.join(' '))} -- "$current")); return ;;`;
    });
}

function longNames(options: readonly OptionWords[]): string[] {
  return [...new Set(options.flatMap(({ names }) => names.filter((name) => name.startsWith('--'))))];
}
