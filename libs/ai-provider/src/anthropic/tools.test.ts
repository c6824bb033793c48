import { expect } from 'chai';
import { z } from 'zod';
import { buildRequest, callsOf, FINISH, failureOf, LOOKUP } from '../testing/conversation.ts';
import type { JsonSchema } from './strict-schema.ts';
import { strictSchemaOf } from './strict-schema.ts';
import { plain, providerAt } from './testing/provider.ts';
import { callBlock, end, refusal, START, startWire, stream } from './testing/wire.ts';
import { toTools } from './tools.ts';

const schemaOf = (type: z.ZodType): JsonSchema => z.toJSONSchema(type, { io: 'input' });
const toolOf = (name: string, type: z.ZodType) => ({ name, description: name, inputSchema: schemaOf(type) });

describe('schema that Claude is held to', () => {
  it('is closed, and has limits of size in words', () => {
    const type = z.strictObject({
      path: z.string().max(200).describe('The file.'),
      from: z.int().min(1).optional(),
      kind: z.enum(['a', 'b']),
      parts: z.array(z.strictObject({ id: z.string() })).max(9),
      other: z.union([z.string(), z.null()]),
    });
    const strict = strictSchemaOf(schemaOf(type));
    expect(strict).to.include({ optionals: 1, unions: 1 });
    expect(strict?.schema).to.deep.include({
      type: 'object',
      additionalProperties: false,
      required: ['path', 'kind', 'parts', 'other'],
    });
    expect(JSON.stringify(strict?.schema)).to.contain('The file.').and.contain('{maxLength: 200}');
    expect(JSON.stringify(strict?.schema)).to.not.contain('"maxLength"').and.not.contain('"maxItems"');
  });

  it('is not to be had where it would forbid what is allowed', () => {
    const tree = z.strictObject({
      get below() {
        return z.array(tree);
      },
    });
    const open: readonly z.ZodType[] = [
      z.record(z.string(), z.string()),
      z.strictObject({ any: z.unknown() }),
      z.strictObject({ map: z.record(z.string(), z.number()) }),
      z.looseObject({ a: z.string() }),
      z.strictObject({ pair: z.tuple([z.string(), z.number()]) }),
      z.strictObject({ list: z.union([z.array(z.string()), z.null()]), any: z.any() }),
      z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })]),
      tree,
    ];
    for (const type of open)
      expect(strictSchemaOf(schemaOf(type)), JSON.stringify(schemaOf(type))).to.equal(null);
    const both = { type: 'object', properties: { both: { allOf: [{ type: 'object' }] } } };
    for (const odd of [{}, both, { type: 'object', properties: 7 }, { type: 'object', required: {} }]) {
      expect(strictSchemaOf(odd), JSON.stringify(odd)).to.equal(null);
    }
  });

  it('is given to as many tools as the service allows, the result before all others', () => {
    const tools = Array.from({ length: 25 }, (_, index) => toolOf(`tool-${index}`, z.strictObject({})));
    const chosen = toTools([...tools, FINISH], 'finish').filter(({ strict }) => strict === true);
    expect(chosen.map(({ name }) => name)).to.deep.equal([
      ...tools.slice(0, 19).map(({ name }) => name),
      'finish',
    ]);
    const optionals = z.strictObject(
      Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`p${index}`, z.string().optional()])),
    );
    const wide = [toolOf('a', optionals), toolOf('b', optionals), toolOf('c', optionals), LOOKUP];
    const strict = toTools(wide, undefined).filter((tool) => tool.strict === true);
    expect(strict.map(({ name }) => name)).to.deep.equal(['a', 'b', 'lookup']);
  });

  it('is given up for good when the service refuses it', async () => {
    const words = 'tools.0.custom.strict: Schema is too complex for compilation';
    await using wire = await startWire(
      refusal(400, 'invalid_request_error', words),
      stream(START, ...callBlock(0, 'lookup', '{"word":"tamma"}'), ...end('tool_use')),
    );
    const provider = providerAt(wire.url);
    expect(callsOf(await provider.respond(buildRequest(), plain()))).to.have.length(1);
    expect(callsOf(await provider.respond(buildRequest(), plain()))).to.have.length(1);
    const strict = wire.requests.map(({ body }) => JSON.stringify(body).includes('"strict":true'));
    expect(strict).to.deep.equal([true, false, false]);
  });

  it('is no reason to ask twice when something else is refused', async () => {
    await using wire = await startWire(refusal(400, 'invalid_request_error', 'max_tokens: too large'));
    const error = await failureOf(providerAt(wire.url).respond(buildRequest(), plain()));
    expect(error.code).to.equal('AI_REQUEST_REFUSED');
    expect(wire.requests).to.have.length(1);
  });
});
