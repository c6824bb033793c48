import { expect } from 'chai';
import { addedTexts } from './added-lines.ts';

const header = (path: string) => [`diff --git a/${path} b/${path}`, '--- a/x', `+++ b/${path}`];

describe('added lines of a patch', () => {
  it('have the number they have in the file, hunks a blank line apart', () => {
    const patch = [...header('a'), '@@ -1 +1 @@', '-old', '+new', '@@ -5,0 +6,2 @@', '+six', '+seven', ''];
    expect(addedTexts(patch.join('\n'))).to.deep.equal([
      { path: 'a', text: 'new\n\nsix\nseven', lines: [1, 6, 6, 7] },
    ]);
  });

  it('are counted, so that content may look like a header', () => {
    const patch = [...header('a'), '@@ -1 +1,3 @@', '--- a/gone', '+++ b/evil', '+@@ -1 +1 @@', '+x', ''];
    expect(addedTexts(patch.join('\n'))).to.deep.equal([
      { path: 'a', text: '++ b/evil\n@@ -1 +1 @@\nx', lines: [1, 2, 3] },
    ]);
  });

  it('are not there for deleted and binary files, and survive a missing last newline', () => {
    const patch = [
      ...['diff --git a/d b/d', '--- a/d', '+++ /dev/null', '@@ -1,2 +0,0 @@', '-x', '-y'],
      'Binary files a/b and b/b differ',
      ...[
        ...header('c'),
        '@@ -1 +1 @@',
        '-old',
        '\\ No newline at end of file',
        '+new',
        '\\ No newline at end of file',
      ],
    ];
    expect(addedTexts(patch.join('\n'))).to.deep.equal([{ path: 'c', text: 'new', lines: [1] }]);
  });
});
