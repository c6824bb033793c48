import type { Check } from '@tamma/domain';
import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { readCheckLog } from './check-log.ts';
import { readChecks } from './checks.ts';
import { rerunChecks } from './checks-rerun.ts';
import type { GitHubClient } from './client.ts';
import { setDraft } from './draft.ts';
import { mergePullRequest } from './merge.ts';
import { readProtection } from './protection.ts';
import { markPullRequest } from './pull-request-marks.ts';
import {
  closePullRequest,
  ensurePullRequest,
  listOpenPullRequests,
  readPullRequest,
} from './pull-requests.ts';
import { ensureReply } from './replies.ts';
import { readReviews } from './reviews.ts';
import { checkRunJson, HEAD, pullRequestJson } from './testing/records.ts';
import { type ScriptedAnswer, scriptedGitHub } from './testing/scripted-github.ts';

const noPause = async () => undefined;
const check: Check = { name: 'test', state: 'failed', summary: '', url: null, runId: 'job/9/41', attempt: 1 };

const RUBBISH: readonly ScriptedAnswer[] = [
  { json: null },
  { json: [] },
  { json: [null] },
  { json: 'text' },
  { json: 7 },
  { json: { data: null } },
  { json: { data: { repository: null } } },
  { json: { errors: ['odd'] } },
  { json: { check_runs: null, check_suites: {}, statuses: 'x', workflow_runs: [1], jobs: 0 } },
  { json: pullRequestJson({ head: null }) },
  { json: [pullRequestJson({ number: -1 })] },
  { json: checkRunJson({ id: 'x', output: [] }) },
  { text: '<html>' },
  { status: 204 },
  ...[301, 400, 401, 403, 404, 405, 409, 410, 418, 422, 429, 451, 500, 502, 503].flatMap((status) => [
    { status, json: { message: 'no', errors: [null, 'x', { field: 1 }] } },
    { status, text: '<html>no</html>' },
  ]),
];

const CALLS: Readonly<Record<string, (client: GitHubClient) => Promise<unknown>>> = {
  list: (client) => listOpenPullRequests(client),
  read: (client) => readPullRequest(client, 7, noPause),
  ensure: (client) => {
    const texts = { title: 'Add it', body: 'Why.' };
    return ensurePullRequest(
      client,
      { head: 'topic', base: 'main', ...texts, issue: 1, as: 'draft' },
      noPause,
    );
  },
  mark: (client) =>
    markPullRequest(client, 7, { labels: ['x'], reviewers: ['ada'], teamReviewers: ['core'] }),
  draft: (client) => setDraft(client, 7, 'draft'),
  close: (client) => closePullRequest(client, 7),
  merge: (client) =>
    mergePullRequest(client, { number: 7, headCommit: HEAD, message: 'M', method: 'merge' }, noPause),
  checks: (client) => readChecks(client, HEAD),
  log: (client) => readCheckLog(client, check, 1000),
  rerun: (client) => rerunChecks(client, [check]),
  protection: (client) => readProtection(client, 'main'),
  reviews: (client) => readReviews(client, 7),
  reply: (client) => ensureReply(client, 7, { id: '90' }, 'Done.'),
};

/** The first answers are rubbish, those behind them as they should be, so that every call of a method meets it. */
function rubbishAt(place: number, rubbish: ScriptedAnswer): GitHubClient {
  let calls = 0;
  const sound = pullRequestJson();
  const respond = (): ScriptedAnswer => {
    calls += 1;
    return calls - 1 === place ? rubbish : { json: sound };
  };
  return scriptedGitHub(new Proxy({}, { get: () => respond })).client;
}

describe('rubbish in place of an answer of GitHub', () => {
  for (const [name, call] of Object.entries(CALLS)) {
    it(`makes "${name}" fail as one of ours, or be done without it`, async () => {
      for (const rubbish of RUBBISH) {
        for (const place of [0, 1, 2]) {
          const thrown: unknown = await call(rubbishAt(place, rubbish)).then(
            () => null,
            (error: unknown) => error,
          );
          if (thrown === null) continue;
          expect(thrown, JSON.stringify(rubbish)).to.be.instanceOf(TammaError);
          expect(String(thrown), 'the credential').not.to.contain('secret-token');
        }
      }
    });
  }
});
