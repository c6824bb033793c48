import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import type { PullRequestMarks } from '../git-platform.ts';
import { setDraft } from './draft.ts';
import { markPullRequest } from './pull-request-marks.ts';
import { mergedJson, pullRequestJson, reviewJson } from './testing/records.ts';
import { type Script, scriptedGitHub } from './testing/scripted-github.ts';

const none: PullRequestMarks = { labels: [], reviewers: [], teamReviewers: [] };
const missing = { status: 404, json: { message: 'Not Found' } };
const ask = 'POST /pulls/7/requested_reviewers';
const quiet = {
  'GET /pulls/7': { json: pullRequestJson() },
  'GET /issues/7/events': { json: [] },
  'GET /pulls/7/reviews': { json: [] },
  'GET /pulls/7/comments': { json: [] },
  [ask]: { status: 201, json: {} },
};

async function markWith(marks: Partial<PullRequestMarks>, table: Readonly<Record<string, Script>> = {}) {
  const github = scriptedGitHub({ ...quiet, ...table });
  await markPullRequest(github.client, 7, { ...none, ...marks });
  return github;
}

describe('marks on a pull request of GitHub', () => {
  it('are labels it lacks, whatever their case', async () => {
    const table = {
      'GET /pulls/7': { json: pullRequestJson({ labels: [{ name: 'Tamma' }] }) },
      'POST /issues/7/labels': { json: [] },
    };
    const github = await markWith({ labels: ['tamma', 'robot'] }, table);
    expect(github.bodiesOf('POST /issues/7/labels')).to.deep.equal([{ labels: ['robot'] }]);
    const done = await markWith({ labels: ['tamma'] }, table);
    expect(done.routes()).to.deep.equal(['GET /pulls/7']);
  });

  it('ask those for a review who were not asked and have not reviewed, and never its author', async () => {
    const events = [
      { event: 'labeled' },
      { event: 'review_requested', requested_reviewer: { login: 'Removed' } },
      { event: 'review_requested', requested_team: { slug: 'done-team' } },
    ];
    const asked = { requested_reviewers: [{ login: 'asked' }], requested_teams: [{ slug: 'asked-team' }] };
    const github = await markWith(
      {
        reviewers: ['ShipBot', 'asked', 'maria', 'removed', 'new'],
        teamReviewers: ['asked-team', 'done-team', 'new-team'],
      },
      {
        'GET /pulls/7': { json: pullRequestJson(asked) },
        'GET /issues/7/events': { json: events },
        'GET /pulls/7/reviews': { json: [reviewJson()] },
      },
    );
    expect(github.bodiesOf(ask)).to.deep.equal([{ reviewers: ['new'], team_reviewers: ['new-team'] }]);
  });

  it('leave out whom GitHub refuses, and ask the others all the same', async () => {
    const github = await markWith(
      { reviewers: ['ada', 'nobody'], teamReviewers: ['core'] },
      {
        [ask]: ({ body }) => {
          const isRefused = JSON.stringify(body).includes('nobody');
          return isRefused
            ? { status: 422, json: { message: 'not a collaborator' } }
            : { status: 201, json: {} };
        },
      },
    );
    expect(github.bodiesOf(ask)).to.deep.equal([
      { reviewers: ['ada', 'nobody'], team_reviewers: ['core'] },
      { reviewers: ['ada'], team_reviewers: [] },
      { reviewers: ['nobody'], team_reviewers: [] },
      { reviewers: [], team_reviewers: ['core'] },
    ]);
    const single = await markWith(
      { reviewers: ['nobody'] },
      { [ask]: { status: 422, json: { message: 'no' } } },
    );
    expect(single.bodiesOf(ask)).to.have.length(1);
  });

  it('need a pull request', async () => {
    expect(await refusalOf(markWith({ labels: ['x'] }, { 'GET /pulls/7': missing }))).to.include({
      code: 'PULL_REQUEST_MISSING',
    });
  });
});

describe('drafts on GitHub', () => {
  const graphql = { 'POST /graphql': { json: { data: {} } } };

  it('become ready, and ready ones drafts, by what only GraphQL can do', async () => {
    const draft = scriptedGitHub({ ...graphql, 'GET /pulls/7': { json: pullRequestJson({ draft: true }) } });
    await setDraft(draft.client, 7, 'ready');
    const [ready] = draft.bodiesOf('POST /graphql');
    expect(ready).to.have.property('query').that.contains('markPullRequestReadyForReview');
    expect(ready).to.have.deep.property('variables', { id: 'PR_7' });
    const plain = scriptedGitHub({ ...graphql, 'GET /pulls/7': { json: pullRequestJson() } });
    await setDraft(plain.client, 7, 'draft');
    expect(plain.bodiesOf('POST /graphql')[0])
      .to.have.property('query')
      .that.contains('convertPullRequestToDraft');
  });

  it('stay as they are where nothing is to be changed', async () => {
    const ready = scriptedGitHub({ 'GET /pulls/7': { json: pullRequestJson() } });
    await setDraft(ready.client, 7, 'ready');
    const merged = scriptedGitHub({ 'GET /pulls/7': { json: mergedJson({ draft: true }) } });
    await setDraft(merged.client, 7, 'ready');
    const none = scriptedGitHub({ 'GET /pulls/7': missing });
    expect(await refusalOf(setDraft(none.client, 7, 'ready'))).to.include({ code: 'PULL_REQUEST_MISSING' });
  });

  it('say why GitHub does not change them', async () => {
    const refused = {
      json: { data: null, errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible' }] },
    };
    const { client } = scriptedGitHub({
      'GET /pulls/7': { json: pullRequestJson({ draft: true }) },
      'POST /graphql': refused,
    });
    expect(await refusalOf(setDraft(client, 7, 'ready'))).to.include({ class: 'authentication' });
  });
});
