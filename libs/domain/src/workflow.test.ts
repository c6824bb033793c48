import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { codeWords, readTables } from './testing/markdown-table.ts';
import {
  canMoveWorkflow,
  hasWorkflowEnded,
  WAITING_REASONS,
  WORKFLOW_STATUSES,
  type WorkflowStatus,
} from './workflow.ts';

const PAPER = readFileSync(join(import.meta.dirname, '../../../docs/states.md'), 'utf8');
const [moves, waits] = readTables(PAPER, '## Workflow');

function documentedMoves(from: WorkflowStatus): string[] {
  const rows = (moves?.rows ?? []).filter(([cell]) => codeWords(cell ?? '').includes(from));
  return rows.flatMap(([, to]) => codeWords(to ?? '')).toSorted();
}

describe('workflow status, held against docs/states.md', () => {
  it('finds the table of moves', () => {
    expect(moves?.headers.slice(0, 2)).to.deep.equal(['from', 'to']);
    expect(moves?.rows).to.have.length(10);
  });

  for (const from of WORKFLOW_STATUSES) {
    const allowed = documentedMoves(from);
    it(`goes from ${from} to ${allowed.join(', ') || 'nowhere'}, and to nothing else`, () => {
      for (const to of WORKFLOW_STATUSES) {
        expect(canMoveWorkflow(from, to), `${from} → ${to}`).to.equal(allowed.includes(to));
      }
    });
  }

  it('has exactly the statuses the table speaks of', () => {
    const words = (moves?.rows ?? []).flatMap(([from = '', to = '']) => [
      ...codeWords(from),
      ...codeWords(to),
    ]);
    expect(new Set(words)).to.deep.equal(new Set(WORKFLOW_STATUSES));
  });

  it('has ended where the paper says it is final', () => {
    const sentence = PAPER.split('\n').find((line) => line.includes('are final: no event moves')) ?? '';
    expect(WORKFLOW_STATUSES.filter(hasWorkflowEnded)).to.deep.equal(codeWords(sentence));
  });

  it('knows the same reasons to wait', () => {
    const reasons = (waits?.rows ?? []).flatMap(([reason]) => codeWords(reason ?? ''));
    expect(reasons.toSorted()).to.deep.equal([...WAITING_REASONS].toSorted());
  });
});
