import { expect } from 'chai';
import { changeList, setScalar } from './front-matter-edit.ts';

const BODY = '---\n\nText with  odd   spacing\t\n\n---\nlabels: [not, ours]\n';
const add = (text: string, ...added: string[]) =>
  changeList(text, 'labels', { isDropped: () => false, added });
const drop = (text: string, dropped: string) =>
  changeList(text, 'labels', { isDropped: (label) => label === dropped, added: [] });

describe('editing front matter', () => {
  const scalars = [
    ['replaces a value and keeps its comment', 'state:   open   # now', 'state:   closed   # now'],
    ['replaces a quoted value', 'state: "open"', 'state: closed'],
    ['fills an empty value', 'state:', 'state: closed'],
    ['fills an empty value before a comment', 'state: # not yet', 'state: closed # not yet'],
    ['fills an empty value and keeps the blanks', 'state:   \nz: 1', 'state:   closed\nz: 1'],
    ['replaces a null', 'state: ~', 'state: closed'],
  ] as const;
  for (const [title, before, after] of scalars) {
    it(title, () => {
      const around = (line: string) => `---\n# mine\ntitle:  'A'\n${line}\nextra: {a:   1}\n${BODY}`;
      expect(setScalar(around(before), 'state', 'closed')).to.equal(around(after));
    });
  }

  it('adds a key that is missing at the end', () => {
    expect(setScalar(`---\ntitle: A\n${BODY}`, 'assignee', 'ada')).to.equal(
      `---\ntitle: A\nassignee: ada\n${BODY}`,
    );
    expect(add(`---\ntitle: A\n${BODY}`, 'a', 'b')).to.equal(`---\ntitle: A\nlabels: [a, b]\n${BODY}`);
  });

  it('quotes what YAML would take for something else', () => {
    const text = setScalar(add(`---\ntitle: A\n${BODY}`, 'a, b', '12', '# c'), 'assignee', 'null');
    expect(text).to.include('labels: ["a, b", "12", "# c"]\nassignee: "null"\n');
  });

  it('writes null for nobody', () => {
    expect(setScalar(`---\nassignee: ada # her\n${BODY}`, 'assignee', null)).to.equal(
      `---\nassignee: null # her\n${BODY}`,
    );
  });

  it('keeps the spelling of a list in brackets', () => {
    const text = `---\nlabels: [ 'a',  B ] # mine\nz: 1\n${BODY}`;
    expect(add(text, 'c')).to.equal(`---\nlabels: [ 'a', B, c ] # mine\nz: 1\n${BODY}`);
    expect(drop(text, 'a')).to.equal(`---\nlabels: [ B ] # mine\nz: 1\n${BODY}`);
    expect(drop(drop(text, 'a'), 'B')).to.equal(`---\nlabels: [] # mine\nz: 1\n${BODY}`);
  });

  it('keeps indents and comments of a list in lines', () => {
    const text = `---\nlabels: # all\n    - a # first\n    # between\n    - "b"\n    # after\nz: 1\n${BODY}`;
    expect(add(text, 'c')).to.equal(text.replace('- "b"\n', '- "b"\n    - c\n'));
    expect(drop(text, 'a')).to.equal(text.replace('    - a # first\n', ''));
    expect(drop(text, 'b')).to.equal(text.replace('    - "b"\n', ''));
  });

  it('empties a list in lines and fills it again', () => {
    const empty = drop(`---\nlabels:\n- a\nz: 1\n${BODY}`, 'a');
    expect(empty).to.equal(`---\nlabels:\nz: 1\n${BODY}`);
    expect(add(empty, 'b')).to.equal(`---\nlabels: [b]\nz: 1\n${BODY}`);
  });

  it('keeps line ends and the byte order mark', () => {
    const text = '\uFEFF---\r\nlabels:\r\n- a\r\nstate: open\r\n---\r\nBody\r\nmixed\n';
    expect(add(text, 'b')).to.equal(text.replace('- a\r\n', '- a\r\n- b\r\n'));
    expect(setScalar(text, 'state', 'closed')).to.equal(text.replace('open', 'closed'));
    expect(setScalar(text, 'assignee', 'x')).to.equal(text.replace('open\r\n', 'open\r\nassignee: x\r\n'));
  });
});
