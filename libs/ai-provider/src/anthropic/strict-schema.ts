import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What the API takes in one request, all strict tools together. */
export const STRICT_TOOLS_MAX = 20;
export const STRICT_OPTIONALS_MAX = 24;
export const STRICT_UNIONS_MAX = 16;

export interface StrictSchema {
  readonly schema: JsonSchema;
  readonly optionals: number;
  readonly unions: number;
}

/** Keywords whose meaning would be lost: what they allow would be forbidden. */
const UNKNOWN_KEYWORDS = ['$ref', '$defs', 'allOf', 'not', 'prefixItems', 'patternProperties', 'if'];

/**
 * The schema in the form that the API can hold a model to; limits of length and size become words of the
 * description. Null where that form would not allow what the schema allows, such as objects with keys of any name.
 */
export function strictSchemaOf(schema: JsonSchema): StrictSchema | null {
  const count = { optionals: 0, unions: 0 };
  if (schema.type !== 'object' || !canBeStrict(schema, count)) return null;
  return { schema: transformJSONSchema({ ...schema }), ...count };
}

const PLAIN_TYPES = new Set<unknown>(['string', 'number', 'integer', 'boolean', 'null']);

interface Count {
  optionals: number;
  unions: number;
}

function canBeStrict(node: unknown, count: Count): boolean {
  if (!isSchema(node) || UNKNOWN_KEYWORDS.some((keyword) => Object.hasOwn(node, keyword))) return false;
  if (node.enum !== undefined || node.const !== undefined) return hasPlainValues(node);
  const variants = node.anyOf ?? node.oneOf;
  if (variants !== undefined) {
    count.unions += 1;
    return Array.isArray(variants) && variants.every((variant) => canBeStrict(variant, count));
  }
  if (node.type === 'object') return canObjectBeStrict(node, count);
  if (node.type === 'array') return canBeStrict(node.items, count);
  if (!Array.isArray(node.type)) return typeof node.type === 'string';
  count.unions += 1;
  return node.type.every((type) => PLAIN_TYPES.has(type));
}

function canObjectBeStrict(node: JsonSchema, count: Count): boolean {
  const { properties = {}, additionalProperties = false, required = [] } = node;
  if (additionalProperties !== false || !isSchema(properties) || !Array.isArray(required)) return false;
  count.optionals += Object.keys(properties).filter((name) => !required.includes(name)).length;
  return Object.values(properties).every((property) => canBeStrict(property, count));
}

function hasPlainValues(node: JsonSchema): boolean {
  const values: readonly unknown[] = Array.isArray(node.enum) ? node.enum : [node.const];
  return values.every((value) => value === null || typeof value !== 'object');
}

function isSchema(node: unknown): node is JsonSchema {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}
