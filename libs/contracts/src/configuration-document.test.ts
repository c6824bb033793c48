import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { configSchema } from './config.ts';

const DOCUMENT = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const rows = DOCUMENT.split('\n').filter((line) => line.startsWith('| `'));
const documented = new Set(
  rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  ),
);

/** Every key of a value, dotted; lists and empty groups count as one. */
function keysOf(value: unknown, prefix = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  const entries = Object.entries(value);
  if (entries.length === 0) return [prefix];
  return entries.flatMap(([key, inner]) => keysOf(inner, prefix === '' ? key : `${prefix}.${key}`));
}

/** A row may stand for a whole group, such as `gates.build` for its command and timeout. */
function isDocumented(key: string): boolean {
  const parts = key.split('.');
  return parts.some((_, i) => documented.has(parts.slice(0, i + 1).join('.')));
}

const config = configSchema.parse({
  database: { url: 'x' },
  redis: { url: 'x' },
  projects: [
    {
      platform: 'local',
      repository: 'r',
      issues: 'i',
      pullRequest: { body: 'b' },
      ai: { provider: 'scripted', answers: 'a' },
    },
  ],
});
// Settings that have no default are keys all the same.
const project = { ...config.projects[0], maxConcurrent: 1 };

describe('docs/configuration.md', () => {
  it('has a row for every setting', () => {
    const { projects: _, ...groups } = config;
    const missing = [...keysOf(groups), ...keysOf(project)].filter((key) => !isDocumented(key));
    expect(missing).to.deep.equal([]);
  });

  it('names no setting of a group that does not exist', () => {
    const known = new Set([...keysOf(config), ...keysOf(project), 'gates.security', 'projects']);
    const settings = [...documented].filter((key) => /^[a-z][A-Za-z.]+$/.test(key));
    const isKnown = (key: string) => [...known].some((one) => one === key || one.startsWith(`${key}.`));
    expect(settings.filter((key) => !isKnown(key))).to.deep.equal([]);
  });
});
