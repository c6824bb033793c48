/** Longest prompt that goes into an argument, in bytes; Linux takes no argument above 128 KiB. */
const ARGUMENT_BYTES_MAX = 100_000;
const ON_STDIN = 'The whole task is on standard input. Read all of it and do what it says.';

export interface Invocation {
  readonly argv: readonly string[];
  readonly stdin: string;
}

/** Puts prompt and model in their places; without a place, or too long for one, the prompt goes to standard input. */
export function invocationOf(
  command: readonly string[],
  { prompt, model }: { readonly prompt: string; readonly model: string },
): Invocation {
  const hasPlace = command.some((part) => part.includes('{prompt}'));
  const fits = Buffer.byteLength(prompt) <= ARGUMENT_BYTES_MAX;
  const values: Readonly<Record<string, string>> = { prompt: fits ? prompt : ON_STDIN, model };
  // In one go: a prompt that speaks of {model} stays as it is.
  const argv = command.map((part) => part.replace(/\{(prompt|model)\}/g, (_, name) => values[name] ?? ''));
  return { argv, stdin: hasPlace && fits ? '' : prompt };
}
