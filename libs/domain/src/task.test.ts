import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { canMoveTask, TASK_STATUSES, type TaskStatus } from './task.ts';
import { codeWords, readTables } from './testing/markdown-table.ts';

const PAPER = readFileSync(join(import.meta.dirname, '../../../docs/states.md'), 'utf8');
const [meanings, moves] = readTables(PAPER, '## Task');

/** A cell such as `pending`, or: any but `completed`. A status never moves to itself. */
function statusesOf(cell: string, to: string): readonly string[] {
  const words = codeWords(cell);
  if (!cell.startsWith('any but')) return words;
  return TASK_STATUSES.filter((status) => !words.includes(status) && status !== to);
}

function documentedMoves(from: TaskStatus): string[] {
  return (moves?.rows ?? [])
    .flatMap(([cell = '', to = '']) => codeWords(to).filter((one) => statusesOf(cell, one).includes(from)))
    .toSorted();
}

describe('task status, held against docs/states.md', () => {
  it('finds the table of moves', () => {
    expect(moves?.headers).to.deep.equal(['from', 'to', 'by']);
    expect(moves?.rows).to.have.length(10);
  });

  for (const from of TASK_STATUSES) {
    const allowed = documentedMoves(from);
    it(`goes from ${from} to ${allowed.join(', ') || 'nowhere'}, and to nothing else`, () => {
      for (const to of TASK_STATUSES) {
        expect(canMoveTask(from, to), `${from} → ${to}`).to.equal(allowed.includes(to));
      }
    });
  }

  it('has exactly the statuses whose meaning is written down', () => {
    expect((meanings?.rows ?? []).flatMap(([status]) => codeWords(status ?? ''))).to.deep.equal([
      ...TASK_STATUSES,
    ]);
  });
});
