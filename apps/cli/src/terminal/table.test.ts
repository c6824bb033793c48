import { expect } from 'chai';
import stringWidth from 'string-width';
import { type Column, cutToWidth, renderTable } from './table.ts';

interface Row {
  readonly id: string;
  readonly title: string;
}
const columns: readonly Column<Row>[] = [
  { title: 'ID', text: (row) => row.id, fit: 'whole' },
  { title: 'TITLE', text: (row) => row.title, paint: (text) => `<${text}>`, fit: 'cut' },
  { title: 'END', text: () => 'x', fit: 'whole' },
];
const rows = [
  { id: 'demo-1.r1', title: 'A title that goes on and on for ever' },
  { id: 'demo-10.r1', title: '日本語の長い題名がここにあります🎉' },
];

describe('renderTable', () => {
  it('aligns whole texts where nobody looks at the width', () => {
    expect(renderTable(rows, columns, null)).to.deep.equal([
      'ID          TITLE                                 END',
      'demo-1.r1   <A title that goes on and on for ever>  x',
      'demo-10.r1  <日本語の長い題名がここにあります🎉  >  x',
    ]);
  });

  it('cuts what may be cut to the columns of the terminal, and never an id', () => {
    for (const width of [60, 40, 30, 26]) {
      const lines = renderTable(rows, columns, width).map((line) => line.replaceAll(/[<>]/g, ''));
      for (const line of lines) expect(stringWidth(line), line).to.be.at.most(width);
      expect(lines[1]).to.contain('demo-1.r1 ');
      expect(lines[2]).to.contain('demo-10.r1');
    }
    expect(renderTable(rows, columns, 3)[1]).to.match(/^demo-1\.r1 {3}<A title…> {2}x$/);
  });

  it('keeps a row on its line', () => {
    const [, line] = renderTable([{ id: 'a', title: 'two\n\tlines' }], columns, null);
    expect(line).to.equal('a   <two lines>  x');
  });
});

describe('cutToWidth', () => {
  it('counts columns, not characters, and never halves a letter', () => {
    expect(cutToWidth('short', 5)).to.equal('short');
    expect(cutToWidth('longer', 5)).to.equal('long…');
    expect(cutToWidth('日本語', 4)).to.equal('日…');
    expect(cutToWidth('e\u0301e\u0301e\u0301', 2)).to.equal('e\u0301…');
  });
});
