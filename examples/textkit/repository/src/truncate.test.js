import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truncate } from './truncate.js';

test('truncate leaves a text that fits alone', () => {
  assert.equal(truncate('short', 5), 'short');
});

test('truncate counts the ellipsis', () => {
  assert.equal(truncate('The quick brown fox', 10), 'The quick…');
  assert.equal(truncate('abcdef', 3).length, 3);
});

test('truncate refuses a length that makes no sense', () => {
  assert.throws(() => truncate('text', 0), /positive integer, got 0/);
});
