import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dedent } from './dedent.js';

test('dedent removes what all lines share and keeps the rest', () => {
  assert.equal(dedent('  a\n    b\n  c'), 'a\n  b\nc');
});

test('dedent is not misled by blank lines', () => {
  assert.equal(dedent('    a\n\n    b'), 'a\n\nb');
});
