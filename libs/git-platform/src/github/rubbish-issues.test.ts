import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { deleteBranch, ensureBranch, listCommits, readBranch } from './branches.ts';
import type { GitHubClient } from './client.ts';
import { createCommentWriter } from './comments.ts';
import { closeIssue, markIssue } from './issue-marks.ts';
import { listOpenIssues, readIssue } from './issues.ts';
import { listComments, listIssueComments } from './list-comments.ts';
import { react } from './reactions.ts';
import { readRepository } from './repository.ts';
import { createRoleReader } from './roles.ts';
import { issueJson } from './testing/issue-records.ts';
import { HEAD } from './testing/records.ts';
import { type ScriptedAnswer, scriptedGitHub } from './testing/scripted-github.ts';

const RUBBISH: readonly ScriptedAnswer[] = [
  { json: null },
  { json: [] },
  { json: [null] },
  { json: 'text' },
  { json: 7 },
  { json: { id: 'x', object: null, full_name: 7, role_name: 7 } },
  { json: [{ id: 1, body: 7, user: [] }] },
  { json: issueJson({ labels: [7], user: 'ada' }) },
  { json: [issueJson({ assignees: 'x', created_at: 'yesterday' })] },
  { json: [issueJson({ issue_dependencies_summary: { blocked_by: 1 } })] },
  { text: '<html>' },
  { status: 204 },
];

const CALLS: Readonly<Record<string, (client: GitHubClient) => Promise<unknown>>> = {
  readRepository,
  readRole: (client) => createRoleReader(client, Date.now)('ada'),
  listOpenIssues,
  readIssue: (client) => readIssue(client, 7),
  markIssue: (client) => markIssue(client, 7, { labelsAdded: ['x'], labelsRemoved: ['y'], assignee: null }),
  closeIssue: (client) => closeIssue(client, 7),
  listComments: (client) => listComments(client, '2026-01-01T00:00:00Z'),
  listIssueComments: (client) => listIssueComments(client, 7),
  ensureComment: (client) => createCommentWriter(client)(7, 'm', 'text'),
  react: (client) => react(client, { id: '31', issue: 7 }, 'seen'),
  readBranch: (client) => readBranch(client, 'main'),
  ensureBranch: (client) => ensureBranch(client, 'tamma/7', HEAD),
  deleteBranch: (client) => deleteBranch(client, 'tamma/7', HEAD),
  listCommits: (client) => listCommits(client, 'main', 3),
};

/** Every route gives the same. */
function alwaysGiving(answer: ScriptedAnswer): GitHubClient {
  return scriptedGitHub(new Proxy({}, { get: () => answer })).client;
}

describe('rubbish in place of issues, comments and branches', () => {
  for (const [name, call] of Object.entries(CALLS)) {
    it(`is seen by ${name}, which never fails over it in a way nobody thought of`, async () => {
      for (const answer of RUBBISH) {
        const thrown = await call(alwaysGiving(answer)).then(
          () => null,
          (error: unknown) => error,
        );
        if (thrown === null) continue;
        expect(thrown, JSON.stringify(answer)).to.be.instanceOf(TammaError);
        expect(thrown, JSON.stringify(answer))
          .to.have.property('class')
          .that.is.oneOf(['network', 'validation']);
      }
    });
  }
});
