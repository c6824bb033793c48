import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { z } from 'zod';
import { configSchema } from './config.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| `'));
const documented = new Set(
  rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  ),
);

/** Every setting of a schema, dotted. Names that people choose are `<name>`; a list counts as one. */
function settingsOf(schema: z.core.JSONSchema._JSONSchema, prefix = ''): string[] {
  if (typeof schema === 'boolean') return [prefix];
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (alternatives.length > 0) return alternatives.flatMap((one) => settingsOf(one, prefix));
  const below = (key: string) => (prefix === '' ? key : `${prefix}.${key}`);
  const { properties, additionalProperties } = schema;
  if (properties !== undefined) {
    return Object.entries(properties).flatMap(([key, inner]) => settingsOf(inner, below(key)));
  }
  return typeof additionalProperties === 'object'
    ? settingsOf(additionalProperties, below('<name>'))
    : [prefix];
}

/** A row may stand for a whole group, such as `gates.build` for its command and timeout. */
function isDocumented(key: string): boolean {
  const parts = key.split('.');
  return parts.some((_, i) => documented.has(parts.slice(0, i + 1).join('.')));
}

function itemsOf(schema: z.core.JSONSchema._JSONSchema | undefined): z.core.JSONSchema._JSONSchema {
  const items = typeof schema === 'object' ? schema.items : undefined;
  return items === undefined || Array.isArray(items) ? false : items;
}

const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
const known = [...new Set([...settingsOf(schema), ...settingsOf(itemsOf(schema.properties?.projects))])];

describe('docs/configuration.md', () => {
  it('is held to settings that are there', () => {
    for (const one of [
      'server.port',
      'projects',
      'gates.prepare.network',
      'ai.agents.<name>.effort',
      'maxConcurrent',
    ]) {
      expect(known).to.include(one);
    }
  });

  it('has a row for every setting', () => {
    expect(known.filter((key) => !isDocumented(key))).to.deep.equal([]);
  });

  it('has a row of its own for every setting of an agent', () => {
    const own = known.filter((key) => key.startsWith('ai.'));
    expect(own.filter((key) => !documented.has(key))).to.deep.equal([]);
  });

  it('names no setting that does not exist', () => {
    const settings = [...documented].filter((key) => /^[a-z][A-Za-z.<>]+$/.test(key));
    const isKnown = (key: string) => known.some((one) => one === key || one.startsWith(`${key}.`));
    expect(settings.filter((key) => !isKnown(key))).to.deep.equal([]);
  });
});
