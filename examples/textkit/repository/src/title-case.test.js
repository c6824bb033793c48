import assert from 'node:assert/strict';
import { test } from 'node:test';
import { titleCase } from './title-case.js';

test('titleCase capitalizes each word', () => {
  assert.equal(titleCase('the old man and the sea'), 'The Old Man And The Sea');
});

test('titleCase leaves other letters alone', () => {
  assert.equal(titleCase("o'neill writes for NASA"), "O'neill Writes For NASA");
});
