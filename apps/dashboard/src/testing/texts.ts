/** What a step writes, in one of the examples. */
export const TASK = `# Slugify drops letters that carry an accent

\`slugify('Crème')\` gives \`crme\`. It should give \`creme\`.

## Acceptance

1. Letters keep their base letter.
2. Nothing else changes.
`;

export const PLAN = `# Plan

Normalize to NFKD and drop the marks *before* other characters are replaced.

## Files

| file | change |
|---|---|
| \`src/slugify.js\` | normalize first |
| \`test/slugify.test.js\` | one test per letter |

## Steps

1. Write a test that fails.
2. Change \`slugify\`.
3. Run the gates.

> Risk: **medium**, because every caller sees other slugs for such titles.
`;

export const PATCH = `diff --git a/src/slugify.js b/src/slugify.js
index 1234567..89abcde 100644
--- a/src/slugify.js
+++ b/src/slugify.js
@@ -1,5 +1,6 @@ export function slugify(text)
 export function slugify(text) {
   return text
+    .normalize('NFKD').replace(/\\p{M}+/gu, '')
     .toLowerCase()
-    .replace(/[^a-z]+/g, '-');
+    .replace(/[^a-z0-9]+/g, '-');
 }
diff --git a/test/slugify.test.js b/test/slugify.test.js
new file mode 100644
--- /dev/null
+++ b/test/slugify.test.js
@@ -0,0 +1,3 @@
+test('keeps the base letter', () => {
+  equal(slugify('Crème'), 'creme');
+});
`;
