import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PHASES } from '@tamma/domain';
import { codeWords, EVENT_TYPES, readTables } from '@tamma/domain/testing';
import { expect } from 'chai';
import { z } from 'zod';
import { EVENT_ALIASES, EVENT_NAMES } from './event-aliases.ts';
import { EVENT_DATA, isEventType } from './event-schema.ts';
import { LIVE_MESSAGES } from './live.ts';
import { EVENT_LENGTH_MAX } from './wire.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const PAPER = readFileSync(join(DOCS, 'events.md'), 'utf8');
const STATES = readFileSync(join(DOCS, 'states.md'), 'utf8');

const rows = readTables(PAPER, '# Events')
  .filter((table) => table.headers[0] === 'type')
  .flatMap((table) => table.rows);
const documented = rows.flatMap(([type = '', teller = '', when = '', data = '']) =>
  codeWords(type).map((name) => ({ name, teller, when, fields: codeWords(data) })),
);

function fieldsOf(schema: z.ZodType): string[] {
  return Object.keys(z.toJSONSchema(schema).properties ?? {}).toSorted();
}

function expandPhase(name: string): string[] {
  return name.includes('{phase}')
    ? PHASES.map((phase) => name.replace('{phase}', phase.toLowerCase()))
    : [name];
}

function eventNamesIn(text: string): string[] {
  return text.match(/\b[A-Z]+\.[A-Z]+\.[A-Z]+\b/g) ?? [];
}

describe('docs/events.md', () => {
  it('lists every type of the catalogue, once, and no other', () => {
    expect(documented.map((row) => row.name).toSorted()).to.deep.equal([...EVENT_TYPES].toSorted());
  });

  it('says for each who tells it and when', () => {
    for (const { name, teller, when } of documented) {
      expect(teller, name).to.match(/^[a-z]/);
      expect(when, name).to.have.length.above(10);
    }
  });

  for (const type of EVENT_TYPES) {
    it(`lists the data of ${type}`, () => {
      const row = documented.find((one) => one.name === type);
      expect(row?.fields.toSorted()).to.deep.equal(fieldsOf(EVENT_DATA[type]));
    });
  }

  it('knows the largest event', () => {
    expect(PAPER).to.contain(EVENT_LENGTH_MAX.toLocaleString('en-US'));
  });

  it('mentions no event that is neither in the catalogue nor a published name', () => {
    expect(eventNamesIn(PAPER)).to.have.length.above(EVENT_TYPES.length);
    expect(eventNamesIn(PAPER).filter((name) => !EVENT_NAMES.has(name))).to.deep.equal([]);
  });
});

describe('docs/events.md, published names', () => {
  const [table] = readTables(PAPER, '## Published names');
  const promises = (table?.rows ?? []).flatMap(([names = '', facts = '', only = '']) =>
    codeWords(names)
      .flatMap(expandPhase)
      .map((name) => ({ name, facts: codeWords(facts), only })),
  );
  const typesOf = (name: string): readonly string[] => {
    const facts = promises.find((row) => row.name === name)?.facts ?? [];
    return facts.flatMap((fact) => (isEventType(fact) ? [fact] : typesOf(fact)));
  };

  it('lists every name the code knows, once, and no other', () => {
    expect(promises.map(({ name }) => name).toSorted()).to.deep.equal(
      EVENT_ALIASES.map(({ name }) => name).toSorted(),
    );
  });

  for (const { name, types, means } of EVENT_ALIASES) {
    it(`says what ${name} stands for`, () => {
      expect(typesOf(name).toSorted()).to.deep.equal([...types].toSorted());
      const only = promises.find((row) => row.name === name)?.only;
      expect(only !== '', 'it says when').to.equal(means !== undefined);
    });
  }

  it('promises none of the names it says are not told yet', () => {
    const [, later = ''] = PAPER.split('Not told yet');
    const names = codeWords(later.slice(0, later.indexOf('\n\n')));
    expect(names).to.include('errorRateAlert');
    expect(names.filter((name) => EVENT_NAMES.has(name))).to.deep.equal([]);
  });

  it('lists every message that travels over Socket.IO', () => {
    const [messages] = readTables(PAPER, '## Live');
    const names = (messages?.rows ?? []).flatMap(([name = '']) => codeWords(name));
    expect(names.toSorted()).to.deep.equal(Object.keys(LIVE_MESSAGES).toSorted());
  });
});

describe('docs/states.md', () => {
  it('names only events of the catalogue', () => {
    expect(eventNamesIn(STATES).filter((name) => !isEventType(name))).to.deep.equal([]);
  });
});
