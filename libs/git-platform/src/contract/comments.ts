import { expect } from 'chai';
import type { IssueComment } from '../git-platform.ts';
import { NUMBER_UNUSED, openOne, type PlatformFixture, refusalOf, type Test } from './fixture.ts';

const LONG_AGO = '2000-01-01T00:00:00.000Z';
const FAR_OFF = '2100-01-01T00:00:00.000Z';

async function textsOf(fixture: PlatformFixture, number: number): Promise<readonly string[]> {
  return (await fixture.readComments(number)).map(({ text }) => text);
}

export function commentTests(test: Test): void {
  test('writes a comment once and edits it when the text differs', async (fixture) => {
    const { number } = await fixture.addIssue();
    await fixture.platform.ensureComment(number, 'task-1', 'I began.');
    await fixture.platform.ensureComment(number, 'task-1', 'I began.');
    await fixture.platform.ensureComment(number, 'task-1', 'I ended.');
    const [comment, ...others] = await fixture.readComments(number);
    expect(comment).to.deep.equal({ author: fixture.account, text: 'I ended.\n\n<!-- task-1 -->' });
    expect(others).to.deep.equal([]);
  });

  test('keeps one comment per marker', async (fixture) => {
    const { number } = await fixture.addIssue();
    await fixture.platform.ensureComment(number, 'one', 'first');
    await fixture.platform.ensureComment(number, 'two', 'second');
    expect(await textsOf(fixture, number)).to.have.members([
      'first\n\n<!-- one -->',
      'second\n\n<!-- two -->',
    ]);
  });

  test('takes no notice of a marker in a comment of somebody else', async (fixture) => {
    const { number } = await fixture.addIssue();
    const forged = 'mine\n\n<!-- task-1 -->';
    await fixture.addComment(number, forged);
    await fixture.platform.ensureComment(number, 'task-1', 'ours');
    expect(await fixture.readComments(number)).to.have.deep.members([
      { author: fixture.other, text: forged },
      { author: fixture.account, text: 'ours\n\n<!-- task-1 -->' },
    ]);
  });

  test('takes no notice of a marker quoted inside a comment of ours', async (fixture) => {
    const { number } = await fixture.addIssue();
    await fixture.platform.ensureComment(number, 'one', 'somebody wrote:\n<!-- two -->');
    await fixture.platform.ensureComment(number, 'two', 'second');
    expect(await textsOf(fixture, number)).to.have.members([
      'somebody wrote:\n<!-- two -->\n\n<!-- one -->',
      'second\n\n<!-- two -->',
    ]);
  });

  test('places one comment when it is asked for several times at once', async (fixture) => {
    const { number } = await fixture.addIssue();
    const requests = Array.from({ length: 6 }, () => fixture.platform.ensureComment(number, 'm', 'text'));
    await Promise.all(requests);
    expect(await fixture.readComments(number)).to.have.length(1);
  });

  test('refuses a marker that would not stay hidden', async (fixture) => {
    const { number } = await fixture.addIssue();
    const attempt = fixture.platform.ensureComment(number, 'x --> seen', 'text');
    expect(await refusalOf(attempt)).to.include({ code: 'COMMENT_MARKER_INVALID', class: 'validation' });
  });

  test('writes below a pull request as well', async (fixture) => {
    const { number } = await openOne(fixture, 'topic');
    await fixture.platform.ensureComment(number, 'm', 'Below the change.');
    await fixture.platform.ensureComment(number, 'm', 'Below the change.');
    expect(await textsOf(fixture, number)).to.deep.equal(['Below the change.\n\n<!-- m -->']);
  });

  test('lists what was written below all issues, whoever wrote it', async (fixture) => {
    const { platform, account, other } = fixture;
    const [one, two] = [await fixture.addIssue(), await fixture.addIssue()];
    const theirs = await fixture.addComment(one.number, '/tamma explain');
    await platform.ensureComment(two.number, 'm', 'ours');
    const comments = await platform.listComments(LONG_AGO);
    expect(comments.map(outlineOf)).to.have.deep.members([
      { issue: one.number, author: other, body: '/tamma explain' },
      { issue: two.number, author: account, body: 'ours\n\n<!-- m -->' },
    ]);
    expect(comments.find(({ id }) => id === theirs.id)).to.deep.equal(theirs);
    const changes = comments.map(({ updatedAt }) => updatedAt);
    expect(changes).to.deep.equal(changes.toSorted());
  });

  test('lists nothing that was last changed before the moment named', async (fixture) => {
    const { number } = await fixture.addIssue();
    await fixture.addComment(number, 'long ago');
    expect(await fixture.platform.listComments(FAR_OFF)).to.deep.equal([]);
  });

  test('keeps the id of a comment that is edited', async (fixture) => {
    const { number } = await fixture.addIssue();
    await fixture.platform.ensureComment(number, 'm', 'before');
    const [before] = await fixture.platform.listComments(LONG_AGO);
    await fixture.platform.ensureComment(number, 'm', 'after');
    const [after, ...others] = await fixture.platform.listComments(LONG_AGO);
    expect(others).to.deep.equal([]);
    expect(after?.id).to.equal(before?.id);
    expect(after?.body).to.match(/^after/);
  });

  test('takes a comment that is gone for told', async (fixture) => {
    const { number } = await fixture.addIssue();
    await fixture.platform.react({ id: String(NUMBER_UNUSED), issue: number }, 'done');
    expect(await fixture.readComments(number)).to.deep.equal([]);
  });

  test('reacts to a comment, once however often it is told', async (fixture) => {
    const { number } = await fixture.addIssue();
    const comment = await fixture.addComment(number, '/tamma retry');
    await fixture.platform.react(comment, 'seen');
    await fixture.platform.react(comment, 'seen');
    await fixture.platform.react(comment, 'done');
    expect(await fixture.readReactions(comment)).to.have.members(['seen', 'done']);
  });
}

function outlineOf({ issue, author, body }: IssueComment) {
  return { issue, author, body };
}
