import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import type { MergeRequest } from '../git-platform.ts';
import { mergePullRequest } from './merge.ts';
import {
  checkRunJson,
  HEAD,
  MERGE,
  mergedJson,
  pullRequestJson,
  repositoryJson,
  reviewJson,
} from './testing/records.ts';
import { type Script, scriptedGitHub } from './testing/scripted-github.ts';

const request: MergeRequest = { number: 7, headCommit: HEAD, message: 'Add it\n\nFor #1.', method: 'squash' };
const open = { json: pullRequestJson() };
const merged = { json: mergedJson() };
const blockedOne = { json: pullRequestJson({ mergeable_state: 'blocked' }) };
const unruled = {
  'GET /branches/main': { json: { protected: false } },
  'GET /rules/branches/main': { json: [] },
};
const refusedWith = (message: string, status = 405) => ({ status, json: { message } });
const noPause = async () => undefined;

/** `main` with protection that we may see. */
function ruled(protection: object): Readonly<Record<string, Script>> {
  return {
    'GET /branches/main': { json: { protected: true } },
    'GET /branches/main/protection': { json: protection },
    'GET /rules/branches/main': { json: [] },
  };
}

const testRequired = ruled({ required_status_checks: { strict: false, contexts: ['test'], checks: [] } });
const approvalRequired = ruled({ required_pull_request_reviews: { required_approving_review_count: 1 } });
const commit = `/commits/${HEAD}`;

function checkedBy(...runs: readonly object[]): Readonly<Record<string, Script>> {
  return {
    [`GET ${commit}/check-runs`]: { json: { check_runs: runs } },
    [`GET ${commit}/check-suites`]: { json: { check_suites: [] } },
    [`GET ${commit}/status`]: { json: { statuses: [] } },
    'GET /': { json: repositoryJson() },
    'GET /commits/main/check-runs': { json: { check_runs: [] } },
    'GET /actions/runs': { json: { workflow_runs: [] } },
  };
}

function reviewedBy(...reviews: readonly object[]): Readonly<Record<string, Script>> {
  return { 'GET /pulls/7/reviews': { json: reviews }, 'GET /pulls/7/comments': { json: [] } };
}

function mergeWith(table: Readonly<Record<string, Script>>, wanted: Partial<MergeRequest> = {}) {
  const github = scriptedGitHub(table);
  return { github, result: mergePullRequest(github.client, { ...request, ...wanted }, noPause) };
}

/** What is not asked of GitHub cannot happen. */
function hasMerged(routes: readonly string[]): boolean {
  return routes.includes('PUT /pulls/7/merge');
}

describe('merging on GitHub', () => {
  it('merges the named head by the named method, and believes what the pull request shows afterwards', async () => {
    const { github, result } = mergeWith({
      ...unruled,
      'GET /pulls/7': [open, merged],
      'PUT /pulls/7/merge': { json: { merged: true, sha: 'e'.repeat(40) } },
    });
    expect(await result).to.deep.equal({ kind: 'merged', mergeCommit: MERGE });
    expect(github.bodiesOf('PUT /pulls/7/merge')).to.deep.equal([
      { sha: HEAD, merge_method: 'squash', commit_title: 'Add it', commit_message: 'For #1.' },
    ]);
  });

  it('says the same of one that is merged already, without asking for anything', async () => {
    const { github, result } = mergeWith({ 'GET /pulls/7': merged });
    expect(await result).to.deep.equal({ kind: 'merged', mergeCommit: MERGE });
    expect(github.routes()).to.deep.equal(['GET /pulls/7']);
  });

  it('does not claim a merge that GitHub affirms and does not show', async () => {
    const { result } = mergeWith({
      ...unruled,
      'GET /pulls/7': open,
      'PUT /pulls/7/merge': { json: { merged: true } },
    });
    expect(await refusalOf(result)).to.include({ code: 'MERGE_UNCONFIRMED', class: 'network' });
  });

  it('knows a merge whose answer was lost, or that somebody else made meanwhile', async () => {
    const { result } = mergeWith({
      ...unruled,
      'GET /pulls/7': [open, merged],
      'PUT /pulls/7/merge': refusedWith('Pull Request is not mergeable'),
    });
    expect(await result).to.deep.equal({ kind: 'merged', mergeCommit: MERGE });
  });

  it('refuses another head, a closed one, a conflict, one that is behind and a draft before it asks for a merge', async () => {
    const cases = [
      [{ head: { ref: 'topic', sha: MERGE, repo: { full_name: 'acme/till' } } }, 'head-moved'],
      [{ state: 'closed' }, 'closed'],
      [{ mergeable: false, mergeable_state: 'dirty' }, 'conflict'],
      [{ mergeable_state: 'behind' }, 'base-moved'],
      [{ draft: true, mergeable_state: 'draft' }, 'not-allowed'],
    ] as const;
    for (const [change, why] of cases) {
      const { result } = mergeWith({ 'GET /pulls/7': { json: pullRequestJson(change) } });
      expect(await result).to.include({ kind: 'refused', why });
    }
    const rebase = mergeWith(
      { 'GET /pulls/7': { json: pullRequestJson({ rebaseable: false }) } },
      { method: 'rebase' },
    );
    expect(await rebase.result).to.include({ kind: 'refused', why: 'conflict' });
  });

  it('refuses a head that moved between the look and the merge', async () => {
    const moved = {
      json: pullRequestJson({ head: { ref: 'topic', sha: MERGE, repo: { full_name: 'acme/till' } } }),
    };
    const { result } = mergeWith({
      ...unruled,
      'GET /pulls/7': [open, moved],
      'PUT /pulls/7/merge': refusedWith('Head branch was modified. Review and try the merge again.', 409),
    });
    expect(await result).to.include({ kind: 'refused', why: 'head-moved' });
  });

  it('tells one that does not exist from a limit we ran into', async () => {
    const none = mergeWith({ 'GET /pulls/7': { status: 404, json: { message: 'Not Found' } } });
    expect(await refusalOf(none.result)).to.include({ code: 'PULL_REQUEST_MISSING' });
    const headers = { 'retry-after': '60' };
    const limited = { status: 403, headers, json: { message: 'You have exceeded a secondary rate limit' } };
    const busy = mergeWith({ ...ruled({}), 'GET /pulls/7': open, 'GET /branches/main/protection': limited });
    expect(await refusalOf(busy.result)).to.include({ class: 'rate-limit', retryAfterMs: 60_000 });
  });

  describe('that the base branch does not let through', () => {
    it('waits for required checks that are red, running or silent', async () => {
      const table = { ...testRequired, 'GET /pulls/7': blockedOne };
      const red = mergeWith({ ...table, ...checkedBy(checkRunJson({ conclusion: 'failure' })) });
      const detail = 'required checks are red: test';
      expect(await red.result).to.deep.equal({ kind: 'blocked', on: 'ci', detail });
      const running = mergeWith({
        ...table,
        ...checkedBy(checkRunJson({ status: 'in_progress', conclusion: null })),
      });
      expect(await running.result).to.include({ kind: 'blocked', on: 'ci' });
      const silent = mergeWith({ ...table, ...checkedBy() });
      expect(await silent.result).to.include({ on: 'ci', detail: 'required checks are awaited: test' });
      expect(hasMerged(silent.github.routes())).to.equal(false);
    });

    it('waits for approvals, and for who wants changes', async () => {
      const table = { ...approvalRequired, 'GET /pulls/7': blockedOne };
      const none = mergeWith({ ...table, ...reviewedBy() });
      const detail = '0 of 1 required approvals';
      expect(await none.result).to.deep.equal({ kind: 'blocked', on: 'review', detail });
      const own = mergeWith({ ...table, ...reviewedBy(reviewJson({ user: { login: 'shipbot' } })) });
      expect(await own.result).to.include({ on: 'review', detail });
      const against = mergeWith({ ...table, ...reviewedBy(reviewJson({ state: 'CHANGES_REQUESTED' })) });
      expect(await against.result).to.include({ on: 'review', detail: 'changes are wanted by maria' });
    });

    it('merges nothing that GitHub calls blocked, though all that we see of the rules is met', async () => {
      const hidden = {
        ...testRequired,
        'GET /branches/main/protection': { status: 403, json: { message: 'no' } },
      };
      const { github, result } = mergeWith({ ...hidden, 'GET /pulls/7': blockedOne, ...checkedBy() });
      expect(await result).to.include({ kind: 'blocked', on: 'review' });
      expect(hasMerged(github.routes())).to.equal(false);
    });

    it('finds the rule that became known only when GitHub refused', async () => {
      const { result } = mergeWith({
        ...approvalRequired,
        ...reviewedBy(),
        'GET /pulls/7': [open, blockedOne],
        'PUT /pulls/7/merge': refusedWith(
          'At least 1 approving review is required by reviewers with write access.',
        ),
      });
      expect(await result).to.include({ kind: 'blocked', on: 'review', detail: '0 of 1 required approvals' });
    });

    it('hands on what GitHub says where the rules we see do not explain it', async () => {
      const table = { ...unruled, 'GET /': { json: {} }, 'GET /pulls/7': [open, blockedOne] };
      const owners = mergeWith({
        ...table,
        'PUT /pulls/7/merge': refusedWith('Waiting on code owner review from a.'),
      });
      expect(await owners.result).to.include({
        on: 'review',
        detail: 'Waiting on code owner review from a.',
      });
      const check = mergeWith({
        ...table,
        'PUT /pulls/7/merge': refusedWith('Required status check "x" is expected.'),
      });
      expect(await check.result).to.include({ kind: 'blocked', on: 'ci' });
    });

    it('names the methods that the repository, or a rule, allows instead', async () => {
      const settings = { allow_merge_commit: true, allow_squash_merge: false, allow_rebase_merge: true };
      const repository = mergeWith({
        ...unruled,
        'GET /': { json: settings },
        'GET /pulls/7': open,
        'PUT /pulls/7/merge': refusedWith('Squash merges are not allowed on this repository.'),
      });
      expect(await repository.result).to.deep.equal({
        kind: 'refused',
        why: 'not-allowed',
        detail: 'merging by "squash" is not allowed here; allowed: merge, rebase (merge.method)',
      });
      const rule = { type: 'pull_request', parameters: { allowed_merge_methods: ['rebase'] } };
      const byRule = mergeWith({
        ...unruled,
        'GET /pulls/7': open,
        'GET /rules/branches/main': { json: [rule] },
      });
      expect(await byRule.result).to.include({ kind: 'refused', why: 'not-allowed' });
      expect(hasMerged(byRule.github.routes())).to.equal(false);
    });
  });

  it('asks again a few times while the base moves, then says so', async () => {
    const table = { ...unruled, 'GET /': { json: {} } };
    const modified = refusedWith('Base branch was modified. Review and try the merge again.');
    const done = { json: { merged: true } };
    const second = mergeWith({
      ...table,
      'GET /pulls/7': [open, open, merged],
      'PUT /pulls/7/merge': [modified, done],
    });
    expect(await second.result).to.include({ kind: 'merged' });
    const never = mergeWith({ ...table, 'GET /pulls/7': open, 'PUT /pulls/7/merge': modified });
    expect(await never.result).to.include({ kind: 'refused', why: 'base-moved' });
    expect(never.github.bodiesOf('PUT /pulls/7/merge')).to.have.length(3);
  });

  it('hands on any other refusal as not allowed, in one line', async () => {
    const { result } = mergeWith({
      ...unruled,
      'GET /': { json: {} },
      'GET /pulls/7': open,
      'PUT /pulls/7/merge': refusedWith(
        'Repository rule violations found\n\nCommits must have verified signatures.',
      ),
    });
    expect(await result).to.deep.equal({
      kind: 'refused',
      why: 'not-allowed',
      detail: 'Repository rule violations found Commits must have verified signatures.',
    });
  });

  describe('where the base has a merge queue', () => {
    const queueRule = { type: 'merge_queue', parameters: { merge_method: 'SQUASH' } };
    const table = { ...unruled, 'GET /pulls/7': open, 'GET /rules/branches/main': { json: [queueRule] } };
    const place = (mergeQueueEntry: object | null, nodes: readonly object[] = []) => ({
      json: {
        data: { repository: { pullRequest: { id: 'PR_7', mergeQueueEntry, timelineItems: { nodes } } } },
      },
    });
    const removed = (reason: string) => place(null, [{ __typename: 'RemovedFromMergeQueueEvent', reason }]);
    const entry = { position: 2, state: 'AWAITING_CHECKS' };

    it('puts the head into it, and never merges beside it', async () => {
      const enqueued = { json: { data: { enqueuePullRequest: { mergeQueueEntry: entry } } } };
      const { github, result } = mergeWith({ ...table, 'POST /graphql': [place(null), enqueued] });
      const detail = 'place 2 in the merge queue, awaiting checks';
      expect(await result).to.deep.equal({ kind: 'queued', detail });
      expect(github.bodiesOf('POST /graphql')[1]).to.have.deep.property('variables', {
        id: 'PR_7',
        head: HEAD,
      });
      expect(hasMerged(github.routes())).to.equal(false);
    });

    it('says where it stands in it, however often it is asked', async () => {
      const { github, result } = mergeWith({ ...table, 'POST /graphql': place(entry) });
      expect(await result).to.include({ kind: 'queued' });
      expect(github.bodiesOf('POST /graphql')).to.have.length(1);
    });

    it('says why it was put out of it again, and what that asks for', async () => {
      const answers = [
        ['merge_conflict', 'conflict'],
        ['failed_checks', 'base-moved'],
        ['CI_TIMEOUT', 'base-moved'],
        ['manual', 'not-allowed'],
      ] as const;
      for (const [reason, why] of answers) {
        const { result } = mergeWith({ ...table, 'POST /graphql': removed(reason) });
        const answer = await result;
        expect(answer).to.include({ kind: 'refused', why });
        expect(answer).to.have.property('detail').that.contains(reason);
      }
    });

    it('puts it in anew when something was pushed since', async () => {
      const enqueued = { json: { data: { enqueuePullRequest: { mergeQueueEntry: null } } } };
      const pushed = place(null, [{ __typename: 'HeadRefForcePushedEvent' }]);
      const { result } = mergeWith({ ...table, 'POST /graphql': [pushed, enqueued] });
      expect(await result).to.deep.equal({ kind: 'queued', detail: 'in the merge queue' });
    });

    it('waits for what the rules want first', async () => {
      const pullRequestRule = { type: 'pull_request', parameters: { required_approving_review_count: 2 } };
      const rules = { json: [queueRule, pullRequestRule] };
      const reviews = reviewedBy(reviewJson());
      const { result } = mergeWith({
        ...table,
        ...reviews,
        'GET /rules/branches/main': rules,
        'POST /graphql': place(null),
      });
      expect(await result).to.include({ kind: 'blocked', on: 'review', detail: '1 of 2 required approvals' });
    });

    it('takes a refusal of the queue as one, unless somebody else put it in meanwhile', async () => {
      const refused = {
        json: { data: null, errors: [{ type: 'UNPROCESSABLE', message: 'Pull request is not mergeable' }] },
      };
      const twice = mergeWith({ ...table, 'POST /graphql': [place(null), refused, place(entry)] });
      expect(await twice.result).to.include({ kind: 'queued' });
      const never = mergeWith({ ...table, 'POST /graphql': [place(null), refused, place(null)] });
      expect(await never.result).to.include({ kind: 'refused', why: 'not-allowed' });
    });
  });
});
