import { mkdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { createLocalFixture } from './testing/local-fixture.ts';

describe('comments of the local platform', () => {
  it('are listed by the time their file changed, whatever date they claim', async () => {
    await using fixture = await createLocalFixture(await testFolder());
    const { number } = await fixture.addIssue();
    const folder = join(fixture.issues, '001', 'comments');
    await mkdir(folder, { recursive: true });
    const texts = ['one', 'two', 'three'];
    for (const text of texts) {
      await fixture.write(`001/comments/${text}.md`, `---\nauthor: ada\ncreated: yesterday\n---\n${text}\n`);
    }
    const times = ['2026-01-03T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-02T00:00:00.000Z'];
    for (const [index, text] of texts.entries()) {
      const changedAt = new Date(times[index] ?? '');
      await utimes(join(folder, `${text}.md`), changedAt, changedAt);
    }
    const comments = await fixture.platform.listComments('2026-01-02T00:00:00.000Z');
    expect(comments.map(({ body }) => body)).to.deep.equal(['three', 'one']);
    expect(comments[0]).to.include({
      id: `${number}/three.md`,
      createdAt: '2026-01-02T00:00:00.000Z',
      updatedAt: '2026-01-02T00:00:00.000Z',
    });
  });

  it('are listed below one issue alone, the oldest first', async () => {
    await using fixture = await createLocalFixture(await testFolder());
    const [one, other] = [await fixture.addIssue(), await fixture.addIssue()];
    await fixture.addComment(other.number, 'Elsewhere.');
    await mkdir(join(fixture.issues, '001', 'comments'), { recursive: true });
    await fixture.write('001/comments/a.md', '---\nauthor: ada\ncreated: 2026-01-03\n---\nLater.\n');
    await fixture.write('001/comments/b.md', '---\nauthor: bob\ncreated: 2026-01-02\n---\nFirst.\n');

    const comments = await fixture.platform.listIssueComments(one.number);

    expect(comments.map(({ body, authorRole }) => [body, authorRole])).to.deep.equal([
      ['First.', 'owner'],
      ['Later.', 'owner'],
    ]);
  });

  it('are left out when a file is no comment', async () => {
    await using fixture = await createLocalFixture(await testFolder());
    await fixture.addIssue();
    await mkdir(join(fixture.issues, '001', 'comments'), { recursive: true });
    await fixture.write('001/comments/note.md', 'no front matter\n');
    await fixture.write('001/comments/bytes.md', new Uint8Array([0, 1, 2]));
    expect(await fixture.platform.listComments('2000-01-01T00:00:00.000Z')).to.deep.equal([]);
  });
});
