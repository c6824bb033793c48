import { expect } from 'chai';
import { codeWords, readTables } from './markdown-table.ts';

const PAPER = `# Title
| not | this |
| --- | ---- |
| a   | b    |

## Wanted
Text with | a bar.

| from | to  |
| ---- | :-: |
| \`x\`  | \`y\`, z |
| –    |     |

### Below
| one |
|-----|

## After
| other |
| ----- |
| row   |`;

describe('tables of a paper', () => {
  it('are read under their heading only', () => {
    expect(readTables(PAPER, '## Wanted')).to.deep.equal([
      {
        headers: ['from', 'to'],
        rows: [
          ['`x`', '`y`, z'],
          ['–', ''],
        ],
      },
      { headers: ['one'], rows: [] },
    ]);
    expect(readTables(PAPER, '## After')).to.deep.equal([{ headers: ['other'], rows: [['row']] }]);
  });

  it('are refused under a heading that is not there', () => {
    expect(() => readTables(PAPER, '## Gone')).to.throw('no heading "## Gone"');
  });

  it('give up the words in backticks', () => {
    expect(codeWords('`a`, b, `c d`')).to.deep.equal(['a', 'c d']);
    expect(codeWords('–')).to.deep.equal([]);
  });
});
