import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { ensureReply } from './replies.ts';
import { readReviews } from './reviews.ts';
import { HEAD, remarkJson, reviewJson } from './testing/records.ts';
import { scriptedGitHub } from './testing/scripted-github.ts';

const us = { login: 'shipbot', type: 'User' };
const marker = '<!-- tamma:reply:90 -->';
const replies = 'POST /pulls/7/comments/90/replies';
const noReviews = { 'GET /pulls/7/reviews': { json: [] } };

describe('reviews on GitHub', () => {
  it('are those that were handed in, oldest first, with their remarks', async () => {
    const later = reviewJson({ id: 81, state: 'CHANGES_REQUESTED', submitted_at: '2026-01-02T10:00:00Z' });
    const bot = reviewJson({
      id: 79,
      user: { login: 'lint[bot]', type: 'Bot' },
      state: 'COMMENTED',
      body: null,
    });
    const { client } = scriptedGitHub({
      'GET /pulls/7/reviews': {
        json: [later, reviewJson({ state: 'PENDING' }), bot, reviewJson({ id: 82, user: null })],
      },
      'GET /pulls/7/comments': {
        json: [
          remarkJson({ id: 91, in_reply_to_id: 90, line: null, pull_request_review_id: null }),
          remarkJson(),
        ],
      },
    });
    const { reviews, comments } = await readReviews(client, 7);
    expect(reviews.map(({ id, author, authorKind, state }) => [id, author, authorKind, state])).to.deep.equal(
      [
        ['79', 'lint[bot]', 'bot', 'commented'],
        ['82', 'ghost', 'person', 'approved'],
        ['81', 'maria', 'person', 'changes-requested'],
      ],
    );
    expect(reviews[1]).to.include({ commit: HEAD, body: 'Fine.', at: '2026-01-01T10:00:00Z' });
    const remark = { author: 'maria', authorKind: 'person', path: 'src/price.js', body: 'Round here.' };
    const at = '2026-01-01T10:00:00Z';
    expect(comments).to.deep.equal([
      { ...remark, id: '90', reviewId: '80', inReplyTo: null, line: 4, at },
      { ...remark, id: '91', reviewId: null, inReplyTo: '90', line: null, at },
    ]);
  });

  it('count for no commit where theirs is gone, and are cut where they are endless', async () => {
    const review = reviewJson({ commit_id: null, body: 'x'.repeat(60_000) });
    const { client } = scriptedGitHub({
      'GET /pulls/7/reviews': { json: [review] },
      'GET /pulls/7/comments': { json: [] },
    });
    const { reviews } = await readReviews(client, 7);
    expect(reviews[0]?.commit).to.equal('');
    expect(reviews[0]?.body).to.have.length(20_000);
  });

  it('are never read in part', async () => {
    const page = { json: Array.from({ length: 100 }, (_, id) => reviewJson({ id })) };
    const { client } = scriptedGitHub({ 'GET /pulls/7/reviews': page });
    expect(await refusalOf(readReviews(client, 7))).to.include({ code: 'REVIEWS_TOO_MANY' });
  });

  it('are none of a pull request that does not exist', async () => {
    const { client } = scriptedGitHub({
      'GET /pulls/7/reviews': { status: 404, json: { message: 'Not Found' } },
    });
    expect(await refusalOf(readReviews(client, 7))).to.include({ code: 'PULL_REQUEST_MISSING' });
  });
});

describe('answers to remarks on GitHub', () => {
  const answer = (overrides: object) =>
    remarkJson({ id: 95, user: us, body: `Done.\n\n${marker}`, in_reply_to_id: 90, ...overrides });

  it('are written once below the remark', async () => {
    const { client, bodiesOf } = scriptedGitHub({
      'GET /pulls/7/comments': [{ json: [remarkJson()] }, { json: [remarkJson(), answer({})] }],
      [replies]: { status: 201, json: answer({}) },
    });
    await ensureReply(client, 7, { id: '90' }, 'Done.');
    await ensureReply(client, 7, { id: '90' }, 'Done.');
    expect(bodiesOf(replies)).to.deep.equal([{ body: `Done.\n\n${marker}` }]);
  });

  it('are edited when they say something else', async () => {
    const { client, bodiesOf } = scriptedGitHub({
      'GET /pulls/7/comments': { json: [remarkJson(), answer({})] },
      'PATCH /pulls/comments/95': { json: {} },
    });
    await ensureReply(client, 7, { id: '90' }, 'Done in abc.');
    expect(bodiesOf('PATCH /pulls/comments/95')).to.deep.equal([{ body: `Done in abc.\n\n${marker}` }]);
  });

  it('stand in the thread of an answer that is remarked upon', async () => {
    const later = remarkJson({ id: 93, in_reply_to_id: 90 });
    const { client, bodiesOf } = scriptedGitHub({
      'GET /pulls/7/comments': { json: [remarkJson(), later] },
      [replies]: { status: 201, json: {} },
    });
    await ensureReply(client, 7, { id: '93' }, 'Done.');
    expect(bodiesOf(replies)).to.have.length(1);
  });

  it('are not taken from somebody else who wrote our marker', async () => {
    const forged = answer({ user: { login: 'mallory' } });
    const { client, bodiesOf } = scriptedGitHub({
      'GET /pulls/7/comments': { json: [remarkJson(), forged] },
      [replies]: { status: 201, json: {} },
    });
    await ensureReply(client, 7, { id: '90' }, 'Done.');
    expect(bodiesOf(replies)).to.have.length(1);
  });

  it('leave one when two were written at once: the oldest', async () => {
    const { client, routes } = scriptedGitHub({
      'GET /pulls/7/comments': [
        { json: [remarkJson()] },
        { json: [remarkJson(), answer({ id: 96 }), answer({})] },
      ],
      [replies]: { status: 201, json: {} },
      'DELETE /pulls/comments/96': { status: 404, json: { message: 'Not Found' } },
    });
    await ensureReply(client, 7, { id: '90' }, 'Done.');
    expect(routes()).to.include('DELETE /pulls/comments/96').and.not.include('DELETE /pulls/comments/95');
  });

  it('are left out where the remark is gone', async () => {
    const before = scriptedGitHub({ 'GET /pulls/7/comments': { json: [] } });
    await ensureReply(before.client, 7, { id: '90' }, 'Done.');
    const meanwhile = scriptedGitHub({
      'GET /pulls/7/comments': { json: [remarkJson()] },
      [replies]: { status: 404, json: { message: 'Not Found' } },
    });
    await ensureReply(meanwhile.client, 7, { id: '90' }, 'Done.');
    expect(meanwhile.routes()).to.deep.equal(['GET /pulls/7/comments', replies]);
  });

  it('fit into what GitHub takes, with their marker', async () => {
    const { client, bodiesOf } = scriptedGitHub({
      ...noReviews,
      'GET /pulls/7/comments': { json: [remarkJson()] },
      [replies]: { status: 201, json: {} },
    });
    await ensureReply(client, 7, { id: '90' }, 'x'.repeat(100_000));
    const [sent] = bodiesOf(replies);
    expect(sent).to.have.property('body').with.length.at.most(65_536);
    expect(sent)
      .to.have.property('body')
      .that.matches(/\n<!-- tamma:reply:90 -->$/);
  });
});
