import { expect } from 'chai';
import { PATCH_LINES_MAX, readPatch } from './read-patch.ts';

const PATCH = `diff --git a/src/slugify.js b/src/slugify.js
index 123..456 100644
--- a/src/slugify.js
+++ b/src/slugify.js
@@ -1,3 +1,4 @@ export function slugify
 const a = 1;
-const b = 2;
+const b = 3;
++++c;
 const d = 4;
\\ No newline at end of file
diff --git a/docs/a b.md b/docs/a b.md
new file mode 100644
--- /dev/null
+++ b/docs/a b.md
@@ -0,0 +1 @@
+hello
diff --git a/old.js b/new.js
similarity index 100%
rename from old.js
rename to new.js
diff --git a/x.png b/x.png
deleted file mode 100644
Binary files a/x.png and /dev/null differ
`;

describe('readPatch', () => {
  it('finds files, what became of them, and how much changed', () => {
    const { files } = readPatch(PATCH);
    expect(files.map(({ hunks: _, ...file }) => file)).to.deep.equal([
      { path: 'src/slugify.js', what: '', additions: 2, deletions: 1, isBinary: false },
      { path: 'docs/a b.md', what: 'added', additions: 1, deletions: 0, isBinary: false },
      { path: 'new.js', what: 'renamed from old.js', additions: 0, deletions: 0, isBinary: false },
      { path: 'x.png', what: 'deleted', additions: 0, deletions: 0, isBinary: true },
    ]);
  });

  it('numbers the lines before and after', () => {
    const [file] = readPatch(PATCH).files;
    expect(file?.hunks[0]?.heading).to.equal('@@ -1,3 +1,4 @@ export function slugify');
    expect(file?.hunks[0]?.lines).to.deep.equal([
      { kind: 'context', text: 'const a = 1;', before: 1, after: 1 },
      { kind: 'removed', text: 'const b = 2;', before: 2, after: null },
      { kind: 'added', text: 'const b = 3;', before: null, after: 2 },
      { kind: 'added', text: '+++c;', before: null, after: 3 },
      { kind: 'context', text: 'const d = 4;', before: 3, after: 4 },
      { kind: 'note', text: 'No newline at end of file', before: null, after: null },
    ]);
  });

  it('names characters that would make a line look like another', () => {
    const [file] = readPatch('diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+if (a) {\u202e }').files;
    expect(file?.hunks[0]?.lines[0]?.text).to.equal('if (a) {⟨U+202E⟩ }');
  });

  it('has no files in what is no patch, and says how much it left out', () => {
    expect(readPatch('')).to.deep.equal({ files: [], missing: 0 });
    expect(readPatch('hello\n@@ -1 +1 @@\n+x')).to.deep.equal({ files: [], missing: 0 });
    const long = `diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n${'+x\n'.repeat(PATCH_LINES_MAX)}`;
    expect(readPatch(long).missing).to.equal(4);
  });

  it('takes names that git quotes', () => {
    const [file] = readPatch(
      'diff --git "a/\\303\\244.js" "b/\\303\\244.js"\n--- "a/\\303\\244.js"\n+++ "b/\\303\\244.js"\n@@ -1 +1 @@\n-a\n+b',
    ).files;
    expect(file?.path).to.equal('\\303\\244.js');
  });
});
