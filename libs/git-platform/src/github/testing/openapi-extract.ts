import { z } from 'zod';
import {
  findOperation,
  type JsonSchema,
  type OpenApi,
  type Operation,
  referencesOf,
  toJsonSchema,
} from './openapi.ts';
import type { Exchange } from './recording.ts';

const reference = z.object({ $ref: z.string() });
const schema = z.record(z.string(), z.json());
const content = z.object({
  content: z.record(z.string(), z.object({ schema: schema.optional() })).optional(),
});
const parameter = z.object({ name: z.string(), in: z.string(), schema: schema.optional() });
const operation = z.object({
  parameters: z.array(z.union([reference, parameter])).optional(),
  requestBody: z.union([reference, content]).optional(),
  responses: z.record(z.string(), z.union([reference, content])),
});
const descriptionSchema = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    schemas: z.record(z.string(), schema),
    parameters: z.record(z.string(), parameter),
    responses: z.record(z.string(), content),
  }),
});
type Description = z.infer<typeof descriptionSchema>;

/** Of GitHub's whole description, what the exchanges are checked with. */
export function extractOperations(
  data: unknown,
  { version, exchanges }: { readonly version: string; readonly exchanges: readonly Exchange[] },
): OpenApi {
  const description = descriptionSchema.parse(data);
  const names = Object.entries(description.paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
  );
  const found = exchanges.map(({ method, path }) => findOperation(names, method, path));
  const used = [...new Set(found.filter((name) => name !== null))].toSorted();
  const operations = Object.fromEntries(used.map((name) => [name, operationOf(description, name)]));
  return { version, operations, schemas: schemasFor(description, operations) };
}

function operationOf(description: Description, name: string): Operation {
  const [verb = '', path = ''] = name.split(' ');
  const {
    parameters = [],
    requestBody,
    responses,
  } = operation.parse(description.paths[path]?.[verb.toLowerCase()]);
  const { components } = description;
  const known = parameters.map((one) => ('$ref' in one ? shared(components.parameters, one.$ref) : one));
  const queries = known.filter((one) => one.in === 'query');
  const answers = Object.entries(responses).map(([status, given]) => {
    const response = '$ref' in given ? shared(components.responses, given.$ref) : given;
    return [status, jsonOf(response)] as const;
  });
  if (requestBody !== undefined && '$ref' in requestBody) throw new Error(`${name}: its body is a reference`);
  return {
    query: Object.fromEntries(queries.map((one) => [one.name, toJsonSchema(one.schema ?? {})])),
    body: requestBody === undefined ? null : jsonOf(requestBody),
    answers: Object.fromEntries(answers),
  };
}

function jsonOf({ content: kinds }: z.infer<typeof content>): JsonSchema | null {
  const json = kinds?.['application/json']?.schema;
  return json === undefined ? null : toJsonSchema(json);
}

function schemasFor({ components }: Description, operations: OpenApi['operations']): OpenApi['schemas'] {
  const kept = new Map<string, JsonSchema>();
  const wanted = [...referencesOf(operations), 'basic-error'];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (kept.has(name)) continue;
    const plain = toJsonSchema(shared(components.schemas, name));
    kept.set(name, plain);
    wanted.push(...referencesOf(plain));
  }
  return Object.fromEntries([...kept].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function shared<Value>(values: Readonly<Record<string, Value>>, $ref: string): Value {
  const value = values[$ref.split('/').at(-1) ?? ''];
  if (value === undefined) throw new Error(`the description refers to ${$ref}, and does not hold it`);
  return value;
}
