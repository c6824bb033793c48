import { aiPathAsWritten } from '@tamma/contracts';
import { z } from 'zod';
import { formatPath } from './config-problem.ts';
import { isRecord } from './is-record.ts';
import { nearestWord } from './nearest-word.ts';

/** Keys named in a remedy when none is near the misspelt one. */
const KEYS_SHOWN_MAX = 20;

export interface IssueExplained {
  readonly path: string;
  readonly message: string;
  readonly remedy?: string;
}

/** A schema's complaint in words of our own: one entry per unknown key, and never the value that was found. */
export function explainIssue(issue: z.core.$ZodIssue, value: unknown, schema: z.ZodType): IssueExplained[] {
  const at = asWritten(issue.path, value);
  const path = formatPath(at);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = knownKeys(schema, issue.path, value);
      return issue.keys.map((key) => explainKey(formatPath([...at, key]), key, known));
    }
    case 'invalid_type':
      return [{ path, message: explainType(issue.expected, valueAt(value, at)) }];
    case 'invalid_value':
      return [{ path, message: `expected ${joinWords(issue.values.map(String))}` }];
    case 'invalid_key':
      return [{ path, message: `its name: ${issue.issues[0]?.message ?? issue.message}` }];
    case 'invalid_union':
      return [{ path, message: explainUnion(issue) }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** A project's only agent may be written without a name; its parsed path has one. */
function asWritten(path: readonly PropertyKey[], value: unknown): readonly PropertyKey[] {
  const until = path.indexOf('ai') + 1;
  if (until === 0) return path;
  const start = path.slice(0, until);
  return [...start, ...aiPathAsWritten(path.slice(until), valueAt(value, start))];
}

/** `a, b or c`. */
function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function explainKey(path: string, key: string, known: readonly string[]): IssueExplained {
  const near = nearestWord(key, known);
  if (near !== null) return { path, message: 'is not a known setting', remedy: `Did you mean "${near}"?` };
  const shown = known.slice(0, KEYS_SHOWN_MAX).join(', ');
  return { path, message: 'is not a known setting', remedy: `Take it out; known here: ${shown}.` };
}

/** Of a group that has alternatives, such as providers, we know the words that choose between them. */
function explainUnion(issue: z.core.$ZodIssueInvalidUnion): string {
  const words = 'options' in issue ? (issue.options ?? []) : [];
  return words.length === 0 ? 'fits none of the alternatives' : `expected ${joinWords(words.map(String))}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
};

function explainType(expected: string, found: unknown): string {
  const wanted = TYPE_NAMES[expected] ?? expected;
  if (found === undefined) return `is missing: expected ${wanted}`;
  return `expected ${wanted}, found ${nameType(found)}`;
}

function nameType(found: unknown): string {
  if (found === null) return 'nothing';
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'number' && !Number.isInteger(found)) return 'a fraction';
  return TYPE_NAMES[typeof found] ?? typeof found;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)];
    return isRecord(at) ? at[String(key)] : undefined;
  }, value);
}

type JsonSchema = z.core.JSONSchema._JSONSchema;
type ObjectSchema = z.core.JSONSchema.BaseSchema;

/** Keys that may stand at a path. With an only agent, those of the group around it do as well. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): readonly string[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const own = keysAt(json, path, value);
  if (asWritten(path, value).length === path.length) return own;
  return [
    ...own,
    ...keysAt(json, path.slice(0, -2), value).filter((key) => key !== 'agents' && key !== 'use'),
  ];
}

function keysAt(schema: JsonSchema, path: readonly PropertyKey[], value: unknown): readonly string[] {
  const foundAt = (length: number) => valueAt(value, asWritten(path.slice(0, length), value));
  const ends = path.reduce<readonly ObjectSchema[]>(
    (at, key, index) => at.flatMap((one) => alternativesOf(inside(one, key), foundAt(index + 1))),
    alternativesOf(schema, value),
  );
  return [...new Set(ends.flatMap((one) => Object.keys(one.properties ?? {})))];
}

function inside({ properties, items, additionalProperties }: ObjectSchema, key: PropertyKey): JsonSchema {
  const next = typeof key === 'number' ? items : (properties?.[String(key)] ?? additionalProperties);
  return next === undefined || Array.isArray(next) ? false : next;
}

/** Of alternatives that a word chooses between, such as providers, only those that the value did not choose against. */
function alternativesOf(schema: JsonSchema, value: unknown): readonly ObjectSchema[] {
  if (typeof schema === 'boolean') return [];
  const nested = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (nested.length === 0) return [schema];
  const all = nested.flatMap((one) => alternativesOf(one, value));
  const fitting = all.filter((one) => !isChosenAgainst(one, value));
  return fitting.length === 0 ? all : fitting;
}

function isChosenAgainst({ properties }: ObjectSchema, value: unknown): boolean {
  return Object.entries(properties ?? {}).some(
    ([key, schema]) =>
      typeof schema === 'object' &&
      schema.const !== undefined &&
      isRecord(value) &&
      value[key] !== schema.const,
  );
}
