import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { sumUp } from './test-summary.mjs';

describe('sumUp', () => {
  it('adds up what the projects left, and says where each failure was', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'domain.json'), '{"passes":7,"failures":[]}');
    const failures = [
      { title: 'a queue moves', reason: 'Error: stuck' },
      { title: 'a queue ends', reason: 'Error: late' },
    ];
    await writeFile(join(folder.path, 'queue.json'), JSON.stringify({ passes: 2, failures }));
    expect(sumUp(folder.path, ['domain', 'queue'])).to.deep.equal({
      passed: 9,
      failures: failures.map((failure) => ({ project: 'queue', ...failure })),
      lingered: [],
    });
  });

  it('says what projects held open, and fails nothing for it', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'domain.json'), '{"passes":7,"failures":[],"lingered":"Timeout"}');
    expect(sumUp(folder.path, ['domain'])).to.deep.equal({
      passed: 7,
      failures: [],
      lingered: [{ project: 'domain', open: 'Timeout' }],
    });
  });

  it('counts a project that left nothing as a failure', async () => {
    await using folder = await testFolder();
    const { passed, failures } = sumUp(folder.path, ['store']);
    expect(passed).to.equal(0);
    expect(failures.map(({ project }) => project)).to.deep.equal(['store']);
  });
});
