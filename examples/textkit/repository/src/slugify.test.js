import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugify } from './slugify.js';

test('slugify joins words by single dashes', () => {
  assert.equal(slugify('Hello,   World!'), 'hello-world');
});

test('slugify leaves no dash at either end', () => {
  assert.equal(slugify('  (draft) notes?  '), 'draft-notes');
});

test('slugify keeps digits', () => {
  assert.equal(slugify('Release 2.0'), 'release-2-0');
});
