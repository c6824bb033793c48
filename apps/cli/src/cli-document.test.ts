import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { codeWords, readTables } from '@tamma/domain/testing';
import { expect } from 'chai';
import { EXIT_MEANINGS } from './exit-code.ts';
import { buildProgram } from './program.ts';

const PAPER = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');

const silent = { write: () => true };
const program = buildProgram(
  {
    environment: {},
    folder: '.',
    stdout: silent,
    stderr: silent,
    now: Date.now,
    stop: new AbortController().signal,
  },
  () => {},
);

function rowsUnder(heading: string): readonly (readonly string[])[] {
  return readTables(PAPER, heading).flatMap(({ rows }) => rows);
}

/** `show <workflow>`, as the paper writes it after the program's name. */
function usageOf(command: CommandUnknownOpts): string {
  return [
    command.name(),
    ...command.registeredArguments.map((one) => {
      const name = one.variadic ? `${one.name()}...` : one.name();
      return one.required ? `<${name}>` : `[${name}]`;
    }),
  ].join(' ');
}

function optionsOf(command: CommandUnknownOpts): readonly string[] {
  return command.options.map(({ long, mandatory }) => `${long}${mandatory ? ' (required)' : ''}`);
}

describe('docs/cli.md', () => {
  it('has every command with its arguments and options, in the groups and the order of the help', () => {
    const documented = ['## Look', '## Decide', '## Steer', '## Set up'].flatMap((heading) =>
      rowsUnder(heading).map(([command = '', options = '']) => ({
        group: `${heading.slice(3)}:`,
        usage: (codeWords(command)[0] ?? '').replace(/^tamma /, ''),
        options: options.split(', ').flatMap((one) => (one === '' ? [] : [one.replaceAll('`', '')])),
      })),
    );
    const existing = program.commands.flatMap((command) =>
      [command, ...command.commands].map((one) => ({
        group: command.helpGroup(),
        usage: one === command ? usageOf(one) : `${command.name()} ${usageOf(one)}`,
        options: optionsOf(one),
      })),
    );
    expect(documented).to.deep.equal(existing);
  });

  it('has every flag that all commands take', () => {
    const documented = rowsUnder('## Where and who').flatMap(([flag = '']) => codeWords(flag));
    const existing = program.options.map(({ long }) => long).filter((long) => long !== '--version');
    expect(documented).to.deep.equal(existing);
  });

  it('has every exit code with the meaning that the help gives it', () => {
    const documented = rowsUnder('## Exit codes').map(([code = '', meaning]) => [
      codeWords(code)[0],
      meaning,
    ]);
    expect(documented).to.deep.equal(Object.entries(EXIT_MEANINGS));
  });
});
