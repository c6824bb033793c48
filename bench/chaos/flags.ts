import { parseArgs } from 'node:util';
import type { ChaosMode } from './plan.ts';

export interface Flags {
  readonly mode: ChaosMode;
  readonly seed: number | undefined;
  readonly workflows: number | undefined;
  readonly keep: boolean;
}

export const USAGE = `npm run chaos -- [--short | --default-locks] [--seed <number>] [--workflows <number>] [--keep]

  --short           a dozen workflows, about 40 s
  --default-locks   how long a take-over takes with the product's own locks, about 60 s
  --seed            the seed of an earlier run: the same blows, as far as timing allows
  --workflows       how many, instead of what the mode has
  --keep            keeps logs, witness and repositories of a sound run too`;

/** Null when something is not understood. */
export function parseFlags(args: readonly string[]): Flags | null {
  const options = {
    short: { type: 'boolean', default: false },
    'default-locks': { type: 'boolean', default: false },
    seed: { type: 'string' },
    workflows: { type: 'string' },
    keep: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    if (values.short && values['default-locks']) return null;
    return {
      mode: values['default-locks'] ? 'default-locks' : values.short ? 'short' : 'full',
      seed: readNumber(values.seed),
      workflows: readNumber(values.workflows),
      keep: values.keep,
    };
  } catch {
    return null;
  }
}

function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isNumber = /^[1-9]\d{0,9}$/.test(text);
  if (!isNumber) throw new RangeError(`${text} is no number above zero`);
  return Number(text);
}
