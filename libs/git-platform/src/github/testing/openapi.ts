import { z } from 'zod';

type Json = z.infer<ReturnType<typeof z.json>>;

const schema = z.record(z.string(), z.json());
export type JsonSchema = z.infer<typeof schema>;

/** One operation of GitHub's API, of which we keep what can be checked. */
const operationSchema = z.object({
  /** By name; only these may be asked with. */
  query: z.record(z.string(), schema),
  /** Null where it takes none. */
  body: schema.nullable(),
  /** By status; null where the answer has no JSON. */
  answers: z.record(z.string(), schema.nullable()),
});
export type Operation = z.infer<typeof operationSchema>;

export const openApiSchema = z.object({
  version: z.string(),
  /** By `GET /repos/{owner}/{repo}`. */
  operations: z.record(z.string(), operationSchema),
  schemas: z.record(z.string(), schema),
});
export type OpenApi = z.infer<typeof openApiSchema>;

/** Parameters that reach over slashes. */
const DEEP: readonly string[] = ['path', 'ref', 'basehead'];

/** The operation that a request is one of: of those that fit, the one with most fixed words. */
export function findOperation(names: readonly string[], method: string, path: string): string | null {
  const [address = ''] = path.split('?');
  const fitting = names.filter((name) => {
    const [verb, template = ''] = name.split(' ');
    return verb === method && patternOf(template).test(address);
  });
  const ranked = fitting.toSorted((one, other) => fixedWordsOf(other) - fixedWordsOf(one));
  return ranked[0] ?? null;
}

function patternOf(template: string): RegExp {
  const words = template.split('/').map((word) => {
    const name = /^\{(.+)\}$/.exec(word)?.[1];
    if (name === undefined) return word.replaceAll('.', '\\.');
    return DEEP.includes(name) ? '.+' : '[^/]+';
  });
  return new RegExp(`^${words.join('/')}$`);
}

function fixedWordsOf(name: string): number {
  return name.split('/').filter((word) => !word.startsWith('{')).length;
}

/** Words that check nothing. */
const SILENT: readonly string[] = [
  'description',
  'example',
  'examples',
  'title',
  'externalDocs',
  'deprecated',
  'readOnly',
  'default',
];

/** OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and what only explains is left out. */
export function toJsonSchema(given: JsonSchema): JsonSchema {
  const { nullable, ...rest } = given;
  const kept = Object.entries(rest).filter(([key]) => !SILENT.includes(key) && !key.startsWith('x-'));
  const plain = Object.fromEntries(kept.map(([key, value]) => [key, within(key, value)]));
  if (nullable !== true) return plain;
  return { anyOf: [plain, { type: 'null' }] };
}

/** Below these lie schemas by names of their own; below the others lie schemas. */
const NAMED: readonly string[] = ['properties', 'patternProperties', 'schemas'];
const VALUES: readonly string[] = ['enum', 'required', 'const'];

function within(key: string, value: Json): Json {
  if (VALUES.includes(key)) return value;
  if (Array.isArray(value)) return value.map((one) => within('', one));
  const parsed = schema.safeParse(value);
  if (!parsed.success) return value;
  if (!NAMED.includes(key)) return toJsonSchema(parsed.data);
  return Object.fromEntries(Object.entries(parsed.data).map(([name, one]) => [name, within('', one)]));
}

/** Names of the shared schemas that a schema refers to. */
export function referencesOf(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === '$ref' && typeof one === 'string' ? [one.split('/').at(-1) ?? ''] : referencesOf(one),
  );
}
