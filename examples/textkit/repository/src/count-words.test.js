import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countWords } from './count-words.js';

test('countWords counts words whatever the white space', () => {
  assert.equal(countWords('one two\n three'), 3);
});

test('countWords finds no word in an empty text', () => {
  assert.equal(countWords(''), 0);
  assert.equal(countWords(' \t'), 0);
});
