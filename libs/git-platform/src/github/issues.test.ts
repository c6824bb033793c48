import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { closeIssue, markIssue, reopenIssue } from './issue-marks.ts';
import { listOpenIssues, readIssue } from './issues.ts';
import { issueJson } from './testing/issue-records.ts';
import { scriptedGitHub } from './testing/scripted-github.ts';

const LIST = 'GET /issues';
const HERE = { json: { id: 1, full_name: 'acme/till', archived: false, default_branch: 'main' } };
const MISSING = { status: 404, json: { message: 'Not Found' } };

describe('issues of GitHub', () => {
  it('are taken over whole', async () => {
    const json = issueJson({
      labels: [{ name: 'Tamma' }, 'Bug', { name: null }],
      user: { login: 'ada', type: 'User' },
      author_association: 'MEMBER',
      assignees: [{ login: 'ShipBot' }, { login: 'grace' }],
      milestone: { title: 'June' },
      locked: true,
      created_at: '2026-01-01T10:00:00+02:00',
    });
    const { client } = scriptedGitHub({ 'GET /issues/7': { json } });
    expect(await readIssue(client, 7)).to.deep.equal({
      number: 7,
      title: 'It breaks',
      body: 'How and when.',
      state: 'open',
      labels: ['tamma', 'bug'],
      author: 'ada',
      authorKind: 'person',
      authorRole: 'member',
      assignee: 'grace',
      milestone: 'June',
      isLocked: true,
      blockedBy: [],
      createdAt: '2026-01-01T08:00:00.000Z',
    });
  });

  it('have authors of every kind, who may be gone', async () => {
    const authors: readonly (readonly [object, object])[] = [
      [
        { user: { login: 'x[bot]', type: 'User' }, author_association: 'OWNER' },
        { authorKind: 'bot', authorRole: 'owner' },
      ],
      [
        { user: { login: 'helper', type: 'Bot' }, author_association: 'NONE' },
        { authorKind: 'bot', authorRole: 'none' },
      ],
      [
        { user: null, author_association: 'FIRST_TIMER' },
        { author: 'ghost', authorKind: 'person', authorRole: 'none' },
      ],
      [{ body: null }, { body: '' }],
    ];
    for (const [given, expected] of authors) {
      const { client } = scriptedGitHub({ 'GET /issues/7': { json: issueJson({ ...given }) } });
      expect(await readIssue(client, 7)).to.include(expected);
    }
  });

  it('are cut where they are too long, which their text says, and free of what no database holds', async () => {
    const json = issueJson({ body: `a\0${'b'.repeat(1_000_000)}`, title: `${'t'.repeat(2000)}\ud800` });
    const { client } = scriptedGitHub({ 'GET /issues/7': { json } });
    const issue = await readIssue(client, 7);
    expect(issue?.body).to.have.length(20_000);
    expect(issue?.body).to.match(/^ab+\n\n\[cut: it has 1000001 characters\]$/);
    expect(issue?.title).to.have.length(1000);
  });

  it('are none when there is none, when they were moved, and when they are pull requests', async () => {
    const elsewhere = issueJson({ repository_url: 'https://api.github.test/repos/acme/other' });
    const gone = { status: 410, json: { message: 'This issue was deleted' } };
    for (const answer of [MISSING, gone, { json: elsewhere }, { json: issueJson({ pull_request: {} }) }]) {
      const { client } = scriptedGitHub({ 'GET /issues/7': answer, 'GET /': HERE });
      expect(await readIssue(client, 7)).to.equal(null);
    }
  });

  it('are theirs still after their repository was renamed', async () => {
    const json = issueJson({ repository_url: 'https://api.github.test/repos/acme/Register' });
    const renamed = { json: { ...HERE.json, full_name: 'acme/register' } };
    const { client } = scriptedGitHub({ 'GET /issues/7': { json }, 'GET /': renamed });
    expect((await readIssue(client, 7))?.number).to.equal(7);
  });

  it('are not taken for deleted when the whole repository cannot be seen', async () => {
    const { client } = scriptedGitHub({ 'GET /issues/7': MISSING, 'GET /': MISSING });
    expect(await refusalOf(readIssue(client, 7))).to.include({ code: 'GITHUB_NOT_FOUND' });
  });

  it('are listed over all pages, each once, without pull requests, and what is unreadable is told', async () => {
    const next = { link: '<https://api.github.test/repos/acme/till/issues?page=2>; rel="next"' };
    const { client } = scriptedGitHub({
      [LIST]: ({ query }) =>
        query.get('page') === '2'
          ? {
              json: [
                issueJson({ number: 3 }),
                issueJson({ number: 9, pull_request: {} }),
                issueJson({ number: 4, title: 7 }),
              ],
            }
          : { headers: next, json: [issueJson({ number: 5 }), issueJson({ number: 3 })] },
    });
    const { issues, unreadable } = await listOpenIssues(client);
    expect(issues.map(({ number }) => number)).to.deep.equal([3, 5]);
    expect(unreadable.map(({ source }) => source)).to.deep.equal(['acme/till#4']);
    expect(unreadable[0]?.reason).to.contain('title');
  });

  it('are listed up to a limit, which is told', async () => {
    const next = { link: '<https://api.github.test/repos/acme/till/issues?page=2>; rel="next"' };
    const json = Array.from({ length: 100 }, (_, index) => issueJson({ number: index + 1 }));
    const { client, calls } = scriptedGitHub({ [LIST]: { headers: next, json } });
    const { unreadable } = await listOpenIssues(client);
    expect(calls).to.have.length(101);
    expect(unreadable[0]?.reason).to.contain('more than 10000');
  });

  it('are listed although it cannot be told what blocks one of them, which is not taken for free', async () => {
    const issue_dependencies_summary = { blocked_by: 1, blocking: 0 };
    const { client } = scriptedGitHub({
      [LIST]: { json: [issueJson({ number: 7, issue_dependencies_summary }), issueJson({ number: 8 })] },
      'GET /issues/7/dependencies/blocked_by': MISSING,
    });
    const { issues, unreadable } = await listOpenIssues(client);
    expect(issues.map(({ number }) => number)).to.deep.equal([8]);
    expect(unreadable.map(({ source }) => source)).to.deep.equal(['acme/till#7']);
  });

  it('know which open issues block them, which are asked for only where there are some', async () => {
    const summary = (blocked_by: number) => ({ issue_dependencies_summary: { blocked_by, blocking: 0 } });
    const blockers = [
      { number: 2, state: 'open' },
      { number: 3, state: 'closed' },
    ];
    const { client, routes } = scriptedGitHub({
      [LIST]: { json: [issueJson({ number: 7, ...summary(1) }), issueJson({ number: 8, ...summary(0) })] },
      'GET /issues/7/dependencies/blocked_by': { json: blockers },
    });
    const { issues } = await listOpenIssues(client);
    expect(issues.map(({ blockedBy }) => blockedBy)).to.deep.equal([[2], []]);
    expect(routes()).to.deep.equal([LIST, 'GET /issues/7/dependencies/blocked_by']);
  });

  it('are refused when their record makes no sense', async () => {
    for (const json of [{}, [], 'text', null, { number: 'seven' }]) {
      const { client } = scriptedGitHub({ 'GET /issues/7': { json } });
      expect(await refusalOf(readIssue(client, 7))).to.include({
        code: 'ISSUE_UNREADABLE',
        class: 'validation',
      });
    }
  });
});

describe('marks on an issue of GitHub', () => {
  it('change what differs, by the names it has, and are not made twice', async () => {
    const json = issueJson({
      labels: [{ name: 'Tamma' }, { name: 'Needs Work' }],
      assignees: [{ login: 'ada' }],
    });
    const github = scriptedGitHub({
      'GET /issues/7': { json },
      'POST /issues/7/labels': { json: [] },
      'DELETE /issues/7/labels/Needs Work': MISSING,
      'POST /issues/7/assignees': { status: 201, json },
    });
    const labelsAdded = ['tamma', 'Tamma-Working'];
    await markIssue(github.client, 7, {
      labelsAdded,
      labelsRemoved: ['needs work', 'absent'],
      assignee: 'shipbot',
    });
    expect(github.bodiesOf('POST /issues/7/labels')).to.deep.equal([{ labels: ['tamma-working'] }]);
    expect(github.bodiesOf('POST /issues/7/assignees')).to.deep.equal([{ assignees: ['shipbot'] }]);
    expect(github.calls).to.have.length(4);
  });

  it('assign no App, and nobody twice', async () => {
    const json = issueJson({ assignees: [{ login: 'ShipBot' }] });
    const github = scriptedGitHub({ 'GET /issues/7': { json } });
    await markIssue(github.client, 7, { assignee: 'shipbot' });
    await markIssue(github.client, 7, { assignee: 'shipbot-app[bot]' });
    await markIssue(github.client, 7, {});
    expect(github.routes()).to.deep.equal(['GET /issues/7', 'GET /issues/7', 'GET /issues/7']);
  });

  it('close and reopen it, once', async () => {
    const state = { now: 'open' };
    const github = scriptedGitHub({
      'GET /issues/7': () => ({ json: issueJson({ state: state.now }) }),
      'PATCH /issues/7': ({ body }) => {
        state.now = JSON.stringify(body).includes('closed') ? 'closed' : 'open';
        return { json: {} };
      },
    });
    await closeIssue(github.client, 7);
    await closeIssue(github.client, 7);
    await reopenIssue(github.client, 7);
    await reopenIssue(github.client, 7);
    expect(github.bodiesOf('PATCH /issues/7')).to.deep.equal([
      { state: 'closed', state_reason: 'completed' },
      { state: 'open', state_reason: 'reopened' },
    ]);
  });
});
