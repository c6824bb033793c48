import { expect } from 'chai';
import { NUMBER_UNUSED, openOne, refusalOf, type Test } from './fixture.ts';

export function markTests(test: Test): void {
  test('puts labels and reviewers on one, once however often it is told', async (fixture) => {
    const { platform, other } = fixture;
    const { number } = await openOne(fixture, 'topic');
    const marks = { labels: ['automatic'], reviewers: [other], teamReviewers: [] };
    await platform.markPullRequest(number, marks);
    await platform.markPullRequest(number, marks);
    expect(await fixture.readMarks(number)).to.deep.equal(marks);
  });

  test('takes nothing off it', async (fixture) => {
    const { platform } = fixture;
    const { number } = await openOne(fixture, 'topic');
    await platform.markPullRequest(number, { labels: ['one'], reviewers: [], teamReviewers: [] });
    await platform.markPullRequest(number, { labels: ['two'], reviewers: [], teamReviewers: [] });
    expect((await fixture.readMarks(number)).labels).to.have.members(['one', 'two']);
  });

  test('opens a draft, makes it ready and a draft again, once however often it is told', async (fixture) => {
    const { platform } = fixture;
    const { number, isDraft } = await openOne(fixture, 'topic', 'draft');
    expect(isDraft).to.equal(true);
    for (const to of ['ready', 'ready', 'draft', 'draft'] as const) {
      await platform.setDraft(number, to);
      expect(await platform.readPullRequest(number)).to.include({ isDraft: to === 'draft' });
    }
  });

  test('refuses to touch one that does not exist', async ({ platform }) => {
    const attempts = [
      () => platform.markPullRequest(NUMBER_UNUSED, { labels: ['x'], reviewers: [], teamReviewers: [] }),
      () => platform.setDraft(NUMBER_UNUSED, 'ready'),
      () => platform.closePullRequest(NUMBER_UNUSED),
    ];
    for (const attempt of attempts) {
      expect(await refusalOf(attempt())).to.include({ code: 'PULL_REQUEST_MISSING', class: 'validation' });
    }
  });
}
