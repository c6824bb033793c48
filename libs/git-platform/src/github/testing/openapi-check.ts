import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { findOperation, type JsonSchema, type OpenApi, type Operation } from './openapi.ts';
import type { Exchange } from './recording.ts';

const REFUSAL: JsonSchema = { $ref: '#/components/schemas/basic-error' };
/** Problems that are told of one exchange; the first ones name the cause. */
const PROBLEMS_MAX = 20;

/** Says what of an exchange is not as GitHub describes it: one line each, without values. */
export type CheckExchange = (exchange: Exchange) => readonly string[];

export function createOpenApiCheck({ operations, schemas }: OpenApi): CheckExchange {
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  // To other formats its own answers do not keep, such as URIs with templates in them.
  addFormats.default(ajv, ['date-time', 'date']);
  ajv.addSchema({ $id: 'github', components: { schemas } });
  const names = Object.keys(operations);
  const compiled = new Map<JsonSchema, ValidateFunction>();
  const fits = (schema: JsonSchema, value: unknown) => {
    const validate = compiled.get(schema) ?? ajv.compile(absolute(schema));
    compiled.set(schema, validate);
    return validate(value) ? [] : describe(validate.errors ?? []);
  };
  return (exchange) => {
    const name = findOperation(names, exchange.method, exchange.path);
    const operation = name === null ? undefined : operations[name];
    if (name === null || operation === undefined) {
      return [`${exchange.method} ${exchange.path}: GitHub describes no such operation`];
    }
    const problems = [
      ...queryProblems(operation, exchange, fits),
      ...bodyProblems(operation, exchange, fits),
      ...answerProblems(operation, exchange, fits),
    ];
    return [...new Set(problems)].slice(0, PROBLEMS_MAX).map((problem) => `${name}: ${problem}`);
  };
}

type Fits = (schema: JsonSchema, value: unknown) => readonly string[];

function queryProblems({ query }: Operation, { path }: Exchange, fits: Fits): readonly string[] {
  const asked = new URLSearchParams(path.split('?')[1] ?? '');
  return [...asked].flatMap(([key, text]) => {
    const schema = query[key];
    if (schema === undefined) return [`query: there is no "${key}"`];
    const value =
      schema.type === 'integer' ? Number(text) : schema.type === 'boolean' ? text === 'true' : text;
    return fits(schema, value).map((problem) => `query "${key}"${problem}`);
  });
}

function bodyProblems({ body }: Operation, exchange: Exchange, fits: Fits): readonly string[] {
  if (exchange.body === null) return [];
  if (body === null) return ['body: it takes none'];
  const known = typeof body.properties === 'object' ? Object.keys(body.properties ?? {}) : [];
  const unknown = Object.keys(exchange.body).filter((key) => known.length > 0 && !known.includes(key));
  return [
    ...unknown.map((key) => `body: there is no "${key}"`),
    ...fits(body, exchange.body).map((problem) => `body${problem}`),
  ];
}

function answerProblems({ answers }: Operation, exchange: Exchange, fits: Fits): readonly string[] {
  const { status, answer } = exchange;
  const schema = answers[String(status)];
  // GitHub does not list every refusal of every operation; all have one form.
  if (schema === undefined && status >= 400) return errorProblems(status, answer, fits);
  if (schema === undefined) return [`answer ${status}: GitHub never gives it`];
  if (schema === null) return answer === null ? [] : [`answer ${status}: it has no body`];
  return fits(schema, answer).map((problem) => `answer ${status}${problem}`);
}

function errorProblems(status: number, answer: unknown, fits: Fits): readonly string[] {
  return fits(REFUSAL, answer).map((problem) => `answer ${status}${problem}`);
}

/** References of an extract go to the schemas that all operations share. */
function absolute(schema: JsonSchema): object {
  const text = JSON.stringify(schema);
  return JSON.parse(text.replaceAll('"$ref":"#/', '"$ref":"github#/'));
}

/** Which of several forms did not fit says nothing: each of them tells what it missed. */
const UMBRELLAS: readonly string[] = ['anyOf', 'oneOf', 'allOf', 'if'];

function describe(errors: readonly ErrorObject[]): readonly string[] {
  return errors
    .filter(({ keyword }) => !UMBRELLAS.includes(keyword))
    .map(
      ({ instancePath, message }) => `${instancePath.replaceAll(/\/\d+(?=\/|$)/g, '/*')}: ${message ?? ''}`,
    );
}
