import { expect } from 'chai';
import { NUMBER_UNUSED, openOne, refusalOf, type Test } from './fixture.ts';

export function reviewTests(test: Test): void {
  test('has no reviews where nobody has looked', async (fixture) => {
    const { number } = await openOne(fixture, 'topic');
    expect(await fixture.platform.readReviews(number)).to.deep.equal({ reviews: [], comments: [] });
  });

  test('says who approved which commit', async (fixture) => {
    const { number, headCommit } = await openOne(fixture, 'topic');
    await fixture.review(number, { state: 'approved', body: 'Good.' });
    const { reviews } = await fixture.platform.readReviews(number);
    const [{ id, at, ...rest } = { id: '', at: '' }, ...others] = reviews;
    const author = { author: fixture.other, authorKind: 'person' };
    expect(rest).to.deep.equal({ ...author, state: 'approved', commit: headCommit, body: 'Good.' });
    expect(id).not.to.equal('');
    expect(Date.parse(at)).to.be.greaterThan(0);
    expect(others).to.deep.equal([]);
  });

  test('keeps an approval with the commit it was given for', async (fixture) => {
    const { number, headCommit } = await openOne(fixture, 'topic');
    await fixture.review(number, { state: 'approved', body: 'Good.' });
    await fixture.commit('topic');
    const { reviews } = await fixture.platform.readReviews(number);
    expect(reviews.map(({ commit }) => commit)).to.deep.equal([headCommit]);
  });

  test('lists reviews oldest first, with the remarks that came with them', async (fixture) => {
    const { number } = await openOne(fixture, 'topic');
    await fixture.review(number, { state: 'changes-requested', body: 'No.', remark: 'Why two?' });
    await fixture.review(number, { state: 'approved', body: 'Now it is.' });
    const { reviews, comments } = await fixture.platform.readReviews(number);
    expect(reviews.map(({ state }) => state)).to.deep.equal(['changes-requested', 'approved']);
    const [remark, ...others] = comments;
    const expected = { author: fixture.other, body: 'Why two?', inReplyTo: null, line: 1 };
    expect(remark).to.include({ ...expected, reviewId: reviews[0]?.id });
    expect(remark?.path).not.to.equal('');
    expect(others).to.deep.equal([]);
  });

  test('answers a remark once, below it', async (fixture) => {
    const { platform, account } = fixture;
    const { number } = await openOne(fixture, 'topic');
    await fixture.review(number, { state: 'commented', body: '', remark: 'Why two?' });
    const [remark = { id: '' }] = (await platform.readReviews(number)).comments;
    await platform.ensureReply(number, remark, 'Because.');
    await platform.ensureReply(number, remark, 'Because of one.');
    await platform.ensureReply(number, remark, 'Because of one.');
    const { comments } = await platform.readReviews(number);
    const answers = comments.filter(({ inReplyTo }) => inReplyTo === remark.id);
    expect(answers.map(({ author }) => author)).to.deep.equal([account]);
    expect(answers[0]?.body).to.match(/^Because of one\./);
  });

  test('answers no remark that is gone', async (fixture) => {
    const { number } = await openOne(fixture, 'topic');
    await fixture.platform.ensureReply(number, { id: String(NUMBER_UNUSED) }, 'Hello?');
    expect((await fixture.platform.readReviews(number)).comments).to.deep.equal([]);
  });

  test('refuses to read those of a pull request that does not exist', async ({ platform }) => {
    const refusal = await refusalOf(platform.readReviews(NUMBER_UNUSED));
    expect(refusal).to.include({ code: 'PULL_REQUEST_MISSING', class: 'validation' });
  });
}
