import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { sumUp } from './test-summary.mjs';

describe('sumUp', () => {
  it('adds up what the projects left', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'domain.json'), '{"passes":7,"failures":0}');
    await writeFile(join(folder.path, 'queue.json'), '{"passes":2,"failures":3}');
    expect(sumUp(folder.path, ['domain', 'queue'])).to.deep.equal({ passed: 9, failed: 3, silent: [] });
  });

  it('counts a project that left nothing as a failure', async () => {
    await using folder = await testFolder();
    expect(sumUp(folder.path, ['store'])).to.deep.equal({ passed: 0, failed: 1, silent: ['store'] });
  });
});
