import type { CommandTree, CommandWords, OptionWords } from './command-tree.ts';
import { quote } from './quote.ts';

/** A script for zsh; `_describe` shows what each word is for. */
export function zshCompletion({ name, options, commands }: CommandTree): string {
  return `#compdef ${name}
# ${name} completion for zsh: eval "$(${name} completion zsh)" after compinit
_${name}() {
  local command="" word previous="\${words[CURRENT - 1]}"
  local -a known
  for word in "\${(@)words[2, CURRENT - 1]}"; do
    case "$word" in
      ${commands.map((command) => command.name).join('|')}) command="$word"; break ;;
    esac
  done
  case "$command $previous" in
${[...commands, { name: '*', options }].flatMap(valueCases).join('\n')}
  esac
  case "$command" in
    '') known=(${[...commands.map(describeCommand), ...describeOptions(options)].join(' ')}) ;;
${commands.map((command) => `    ${command.name}) known=(${wordsOf(command, options).join(' ')}) ;;`).join('\n')}
  esac
  _describe ${quote(name)} known
}
compdef _${name} ${name}
`;
}

function wordsOf({ choices, options }: CommandWords, common: readonly OptionWords[]): string[] {
  return [...choices.map((choice) => quote(choice)), ...describeOptions([...options, ...common])];
}

function describeCommand({ name, description }: CommandWords): string {
  return described(name, description);
}

function describeOptions(options: readonly OptionWords[]): string[] {
  const byName = new Map(
    options.flatMap(({ names, description }) => names.map((name) => [name, description])),
  );
  return [...byName].filter(([name]) => name.startsWith('--')).map(([name, about]) => described(name, about));
}

/** A colon ends the word that is completed. */
function described(word: string, description: string): string {
  return quote(`${word}:${description}`);
}

/** After an option with a value: its choices, or nothing where anything goes. */
function valueCases({ name, options }: Pick<CommandWords, 'name' | 'options'>): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ names, choices }) => {
      const patterns = names.map((option) => (name === '*' ? `*" ${option}"` : `"${name} ${option}"`));
      const act =
        choices.length === 0 ? '' : `compadd -- ${choices.map((choice) => quote(choice)).join(' ')}; `;
      return `    ${patterns.join('|')}) ${act}return ;;`;
    });
}
