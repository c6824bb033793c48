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
  const path = formatPath(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), issue.path);
      return issue.keys.map((key) => explainKey(formatPath([...issue.path, key]), key, known));
    }
    case 'invalid_type':
      return [{ path, message: explainType(issue.expected, valueAt(value, issue.path)) }];
    case 'invalid_value':
      return [{ path, message: `expected ${issue.values.map(String).join(' or ')}` }];
    case 'invalid_union':
      return [{ path, message: explainUnion(issue) }];
    default:
      return [{ path, message: issue.message }];
  }
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
  return words.length === 0 ? 'fits none of the alternatives' : `expected ${words.map(String).join(' or ')}`;
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

/** Keys a schema knows at a path, from all alternatives of a union. */
function keysAt(schema: JsonSchema, path: readonly PropertyKey[]): readonly string[] {
  const ends = path.reduce<readonly JsonSchema[]>(
    (at, key) => at.flatMap((one) => inside(one, key)),
    [schema],
  );
  return [...new Set(ends.flatMap(alternativesOf).flatMap((one) => Object.keys(one.properties ?? {})))];
}

function inside(schema: JsonSchema, key: PropertyKey): readonly JsonSchema[] {
  return alternativesOf(schema).flatMap(({ properties, items }) => {
    const next = typeof key === 'number' ? items : properties?.[String(key)];
    return next === undefined || Array.isArray(next) ? [] : [next];
  });
}

function alternativesOf(schema: JsonSchema): readonly z.core.JSONSchema.BaseSchema[] {
  if (typeof schema === 'boolean') return [];
  const nested = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return nested.length === 0 ? [schema] : nested.flatMap(alternativesOf);
}
