import type { z } from 'zod';
import { printable } from '../terminal/printable.ts';

/** What the server said, twice: for programs and for people. */
export interface Reply<Value> {
  /** As it came. */
  readonly exact: Value;
  /** With everything taken out of its texts that a terminal would obey. */
  readonly shown: Value;
}

/** Throws a SyntaxError or a ZodError for what is not of that shape. */
export function readReply<Value>(json: string, schema: z.ZodType<Value>): Reply<Value> {
  return {
    exact: schema.parse(JSON.parse(json)),
    shown: schema.parse(JSON.parse(json, (_key, value: unknown) => cleanValue(value))),
  };
}

function cleanValue(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printable(key), inner]));
}
