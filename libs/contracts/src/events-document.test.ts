import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeWords, EVENT_TYPES, readTables } from '@tamma/domain/testing';
import { expect } from 'chai';
import { z } from 'zod';
import { EVENT_DATA, isEventType } from './event-schema.ts';
import { EVENT_LENGTH_MAX } from './wire.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const PAPER = readFileSync(join(DOCS, 'events.md'), 'utf8');
const STATES = readFileSync(join(DOCS, 'states.md'), 'utf8');

/** Promised in docs/states.md, to be told once people can answer; whoever adds one takes it out of this list. */
const PROMISED = ['ESCALATION.RESOLVED.SUCCESS', 'QUESTION.ANSWERED.SUCCESS'];

const rows = readTables(PAPER, '# Events')
  .filter((table) => table.headers[0] === 'type')
  .flatMap((table) => table.rows);
const documented = rows.flatMap(([type = '', teller = '', when = '', data = '']) =>
  codeWords(type).map((name) => ({ name, teller, when, fields: codeWords(data) })),
);

function fieldsOf(schema: z.ZodType): string[] {
  return Object.keys(z.toJSONSchema(schema).properties ?? {}).toSorted();
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

  it('knows the largest event, and says what does not exist yet', () => {
    expect(PAPER).to.contain(EVENT_LENGTH_MAX.toLocaleString('en-US'));
    expect(PAPER).to.match(/aliases.+live relay come with the dashboard/s);
  });

  it('mentions no event that is not in the catalogue', () => {
    expect(eventNamesIn(PAPER)).to.have.length.above(EVENT_TYPES.length);
    expect(eventNamesIn(PAPER).filter((name) => !isEventType(name))).to.deep.equal([]);
  });
});

describe('docs/states.md', () => {
  it('names events of the catalogue, and those that are still to come', () => {
    const unknown = eventNamesIn(STATES).filter((name) => !isEventType(name));
    expect(unknown.toSorted()).to.deep.equal(PROMISED);
  });
});
