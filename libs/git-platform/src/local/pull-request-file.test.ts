import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { readPullRequestFile } from './pull-request-file.ts';

describe('the record of a pull request', () => {
  it('is still read when it was written before drafts and marks existed', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'pull-request-topic.md');
    const lines = [
      'number: 3',
      'title: A change',
      'state: open',
      'head: topic',
      'base: main',
      'author: tamma',
    ];
    const rest = ['created: 2026-01-01T00:00:00.000Z', 'headCommit: abc', 'mergeCommit: null'];
    await writeFile(path, `---\n${[...lines, ...rest].join('\n')}\n---\n\nWhy.\n`);
    const file = await readPullRequestFile(path);
    expect(file?.ok === true && file.value.record).to.include({ number: 3, draft: false, body: 'Why.' });
    expect(file?.ok === true && file.value.record.labels).to.deep.equal([]);
  });
});
