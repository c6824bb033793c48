import { buildIssue } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type CreateFixture, refusalOf } from './fixture.ts';

export function commentTests(create: CreateFixture): void {
  it('writes a comment once and edits it when the text differs', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1 }));
    await fixture.platform.ensureComment(1, 'task-1', 'I began.');
    await fixture.platform.ensureComment(1, 'task-1', 'I began.');
    await fixture.platform.ensureComment(1, 'task-1', 'I ended.');
    const [comment, ...others] = await fixture.readComments(1);
    expect(comment).to.deep.equal({ author: fixture.account, text: 'I ended.\n\n<!-- task-1 -->' });
    expect(others).to.deep.equal([]);
  });

  it('keeps one comment per marker', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1 }));
    await fixture.platform.ensureComment(1, 'one', 'first');
    await fixture.platform.ensureComment(1, 'two', 'second');
    expect((await fixture.readComments(1)).map(({ text }) => text)).to.have.members([
      'first\n\n<!-- one -->',
      'second\n\n<!-- two -->',
    ]);
  });

  it('takes no notice of a marker in a comment of somebody else', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1 }));
    const forged = { author: 'mallory', text: 'mine\n\n<!-- task-1 -->' };
    await fixture.addComment(1, forged);
    await fixture.platform.ensureComment(1, 'task-1', 'ours');
    expect(await fixture.readComments(1)).to.have.deep.members([
      forged,
      { author: fixture.account, text: 'ours\n\n<!-- task-1 -->' },
    ]);
  });

  it('takes no notice of a marker quoted inside a comment of ours', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1 }));
    await fixture.platform.ensureComment(1, 'one', 'somebody wrote:\n<!-- two -->');
    await fixture.platform.ensureComment(1, 'two', 'second');
    expect((await fixture.readComments(1)).map(({ text }) => text)).to.have.members([
      'somebody wrote:\n<!-- two -->\n\n<!-- one -->',
      'second\n\n<!-- two -->',
    ]);
  });

  it('places one comment when it is asked for several times at once', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1 }));
    const requests = Array.from({ length: 6 }, () => fixture.platform.ensureComment(1, 'task-1', 'text'));
    await Promise.all(requests);
    expect(await fixture.readComments(1)).to.have.length(1);
  });

  it('refuses a marker that would not stay hidden', async () => {
    await using fixture = await create();
    await fixture.addIssue(buildIssue({ number: 1 }));
    const attempt = fixture.platform.ensureComment(1, 'x --> seen', 'text');
    expect(await refusalOf(attempt)).to.include({ code: 'COMMENT_MARKER_INVALID', class: 'validation' });
  });
}
