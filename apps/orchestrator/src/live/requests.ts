import {
  EVENT_NAMES,
  type Subscribe,
  subscribeSchema,
  type Topic,
  unsubscribeSchema,
} from '@tamma/contracts';
import { nearestWord } from '@tamma/process';
import type { z } from 'zod';

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: string };

const SHOWN_LENGTH_MAX = 60;
const PROBLEM_LENGTH_MAX = 300;

/** What a client emitted with `subscribe`: arguments as they came, without the acknowledgement. */
export function readSubscribe(args: readonly unknown[]): Read<Subscribe> {
  const read = readOne(subscribeSchema, args);
  if (!read.ok) return read;
  const unknown = read.value.events?.find((name) => !EVENT_NAMES.has(name));
  return unknown === undefined ? read : { ok: false, error: explainName(unknown) };
}

export function readUnsubscribe(args: readonly unknown[]): Read<Topic> {
  return readOne(unsubscribeSchema, args);
}

export function unknownMessage(name: unknown): string {
  return `Unknown message type: ${shorten(String(name))}`;
}

function explainName(name: string): string {
  const shown = shorten(name);
  // A name much longer than any of ours is a slip of none, and comparing it costs.
  const near = name.length > SHOWN_LENGTH_MAX ? null : nearestWord(name, [...EVENT_NAMES]);
  const hint = near === null ? 'docs/events.md lists those that are' : `did you mean "${near}"?`;
  return `"${shown}" is not the name of an event; ${hint}`;
}

function readOne<Schema extends z.ZodType>(schema: Schema, args: readonly unknown[]): Read<z.infer<Schema>> {
  if (args.length !== 1) return malformed(`expected one object, got ${args.length} arguments`);
  const parsed = schema.safeParse(args[0]);
  return parsed.success ? { ok: true, value: parsed.data } : malformed(explainIssues(parsed.error));
}

function malformed(why: string): { readonly ok: false; readonly error: string } {
  return { ok: false, error: `Invalid message format: ${why.slice(0, PROBLEM_LENGTH_MAX)}` };
}

function explainIssues({ issues }: z.ZodError): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}

function shorten(text: string): string {
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
