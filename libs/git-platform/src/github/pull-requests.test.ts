import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import type { PullRequestRequest } from '../git-platform.ts';
import {
  closePullRequest,
  ensurePullRequest,
  listOpenPullRequests,
  readPullRequest,
} from './pull-requests.ts';
import { HEAD, MERGE, mergedJson, pullRequestJson } from './testing/records.ts';
import { type Script, scriptedGitHub } from './testing/scripted-github.ts';

const request: PullRequestRequest = {
  head: 'topic',
  base: 'main',
  title: 'Add it',
  body: 'What and why.',
  issue: 1,
  as: 'draft',
};
const taken = {
  status: 422,
  json: { message: 'Validation Failed', errors: [{ message: 'A pull request already exists' }] },
};
const missing = { status: 404, json: { message: 'Not Found' } };
const branches = { 'GET /branches/topic': { json: {} }, 'GET /branches/main': { json: {} } };

/** Waits are counted, not waited for. */
function countingPause() {
  const waits: number[] = [];
  return { waits, pause: async (ms: number) => void waits.push(ms) };
}

async function ensureWith(table: Readonly<Record<string, Script>>, wanted: Partial<PullRequestRequest> = {}) {
  const github = scriptedGitHub(table);
  const { pause } = countingPause();
  return { github, result: ensurePullRequest(github.client, { ...request, ...wanted }, pause) };
}

describe('pull requests of GitHub', () => {
  describe('reading', () => {
    it('presents an open one, a merged one and one of a fork', async () => {
      const fork = { ref: 'topic', sha: HEAD, repo: { full_name: 'eve/till' } };
      const gone = { ref: 'topic', sha: HEAD, repo: null };
      const { client } = scriptedGitHub({
        'GET /pulls/7': [
          { json: pullRequestJson() },
          { json: mergedJson() },
          { json: pullRequestJson({ head: fork, user: null, body: null, draft: true }) },
          { json: pullRequestJson({ head: gone }) },
        ],
      });
      expect(await readPullRequest(client, 7)).to.deep.equal({
        number: 7,
        url: 'https://github.test/acme/till/pull/7',
        state: 'open',
        author: 'shipbot',
        head: 'topic',
        headCommit: HEAD,
        isFromFork: false,
        base: 'main',
        title: 'Add it',
        body: 'What and why.',
        isDraft: false,
        mergeability: 'clean',
        mergeCommit: null,
      });
      expect(await readPullRequest(client, 7)).to.include({ state: 'merged', mergeCommit: MERGE });
      const foreign = { isFromFork: true, author: 'ghost', body: '', isDraft: true };
      expect(await readPullRequest(client, 7)).to.include(foreign);
      expect(await readPullRequest(client, 7)).to.include({ isFromFork: true });
    });

    it('has none under a number nobody used', async () => {
      expect(await readPullRequest(scriptedGitHub({ 'GET /pulls/7': missing }).client, 7)).to.equal(null);
    });

    it('is not taken for missing where the repository is gone', async () => {
      const { client } = scriptedGitHub({ 'GET /pulls/7': missing, 'GET /': missing });
      expect(await refusalOf(readPullRequest(client, 7))).to.include({ code: 'GITHUB_NOT_FOUND' });
    });

    it('says what GitHub thinks of merging it', async () => {
      const states = [
        { mergeable: false, mergeable_state: 'dirty' },
        { mergeable: true, mergeable_state: 'behind' },
        { mergeable: true, mergeable_state: 'blocked' },
        { mergeable: true, mergeable_state: 'unstable' },
      ];
      const { client } = scriptedGitHub({
        'GET /pulls/7': states.map((one) => ({ json: pullRequestJson(one) })),
      });
      const seen: unknown[] = [];
      for (const _ of states) seen.push((await readPullRequest(client, 7))?.mergeability);
      expect(seen).to.deep.equal(['conflict', 'behind', 'clean', 'clean']);
    });

    it('asks again while GitHub has not found out, a few times, then says so', async () => {
      const open = { json: pullRequestJson({ mergeable: null, mergeable_state: 'unknown' }) };
      const { waits, pause } = countingPause();
      const late = scriptedGitHub({ 'GET /pulls/7': [open, open, { json: pullRequestJson() }] });
      expect(await readPullRequest(late.client, 7, pause)).to.include({ mergeability: 'clean' });
      expect(waits).to.have.length(2);
      const never = scriptedGitHub({ 'GET /pulls/7': open });
      expect(await readPullRequest(never.client, 7, pause)).to.include({ mergeability: 'unknown' });
      expect(never.calls).to.have.length(4);
    });

    it('lists all pages of the open ones, and no more than its limit', async () => {
      const page = (from: number, length: number) => ({
        json: Array.from({ length }, (_, index) => pullRequestJson({ number: from + index })),
      });
      const two = scriptedGitHub({ 'GET /pulls': [page(1, 100), page(101, 3)] });
      expect(await listOpenPullRequests(two.client)).to.have.length(103);
      expect(two.calls.map(({ query }) => query.get('page'))).to.deep.equal(['1', '2']);
      const endless = scriptedGitHub({ 'GET /pulls': page(1, 100) });
      expect(await listOpenPullRequests(endless.client)).to.have.length(3000);
    });

    it('refuses an answer of another shape as trouble of the network', async () => {
      const { client } = scriptedGitHub({ 'GET /pulls/7': { json: { hello: 'world' } } });
      expect(await refusalOf(readPullRequest(client, 7))).to.include({
        code: 'GITHUB_UNREADABLE',
        class: 'network',
      });
    });
  });

  describe('opening', () => {
    it('opens one as a draft when there is none', async () => {
      const opened = { json: pullRequestJson({ draft: true }) };
      const { github, result } = await ensureWith({
        'GET /pulls': { json: [] },
        'POST /pulls': { status: 201, json: pullRequestJson({ draft: true, mergeable: null }) },
        'GET /pulls/7': opened,
      });
      expect(await result).to.include({ number: 7, isDraft: true });
      expect(github.calls[0]?.query.get('head')).to.equal('acme:topic');
      expect(github.bodiesOf('POST /pulls')).to.deep.equal([
        { head: 'topic', base: 'main', title: 'Add it', body: 'What and why.', draft: true },
      ]);
    });

    it('finds the open one and edits it only where its text differs', async () => {
      const table = {
        'GET /pulls': { json: [pullRequestJson()] },
        'GET /pulls/7': { json: pullRequestJson() },
      };
      const same = await ensureWith(table, { body: 'What and why.\n' });
      expect(await same.result).to.include({ number: 7 });
      expect(same.github.routes()).to.deep.equal(['GET /pulls', 'GET /pulls/7']);
      const other = await ensureWith(
        { ...table, 'PATCH /pulls/7': { json: pullRequestJson() } },
        { title: 'Two' },
      );
      await other.result;
      expect(other.github.bodiesOf('PATCH /pulls/7')).to.deep.equal([
        { title: 'Two', body: 'What and why.' },
      ]);
    });

    it('takes the open one before a merged one, and a merged one before a new one', async () => {
      const merged = mergedJson({ number: 5 });
      const both = await ensureWith({
        'GET /pulls': { json: [merged, pullRequestJson()] },
        'GET /pulls/7': { json: pullRequestJson() },
      });
      expect(await both.result).to.include({ number: 7 });
      const one = await ensureWith({ 'GET /pulls': { json: [merged] }, 'GET /pulls/5': { json: merged } });
      expect(await one.result).to.include({ number: 5, state: 'merged' });
    });

    it('refuses one that somebody pointed at another base, and changes nothing on it', async () => {
      const base = { ref: 'production', repo: { full_name: 'acme/till' } };
      for (const one of [pullRequestJson({ base, title: 'Old' }), mergedJson({ base })]) {
        const { github, result } = await ensureWith({ 'GET /pulls': { json: [one] } });
        expect(await refusalOf(result)).to.include({ code: 'PULL_REQUEST_OTHER_BASE', class: 'conflict' });
        expect(github.routes()).to.deep.equal(['GET /pulls']);
      }
    });

    it('takes neither a closed one, nor one of a fork, nor one of another branch', async () => {
      const others = [
        pullRequestJson({ number: 4, state: 'closed' }),
        pullRequestJson({ number: 5, head: { ref: 'topic', sha: HEAD, repo: { full_name: 'eve/till' } } }),
        pullRequestJson({ number: 6, head: { ref: 'main', sha: HEAD, repo: { full_name: 'acme/till' } } }),
      ];
      const { result } = await ensureWith({
        'GET /pulls': { json: others },
        'POST /pulls': { status: 201, json: pullRequestJson() },
        'GET /pulls/7': { json: pullRequestJson() },
      });
      expect(await result).to.include({ number: 7 });
    });

    it('takes the one that somebody opened at the same moment, also when the list shows it late', async () => {
      const { github, result } = await ensureWith({
        ...branches,
        'GET /pulls': [{ json: [] }, { json: [] }, { json: [pullRequestJson()] }],
        'POST /pulls': taken,
        'GET /compare/main...topic': { json: { ahead_by: 2 } },
        'GET /pulls/7': { json: pullRequestJson() },
      });
      expect(await result).to.include({ number: 7 });
      expect(github.bodiesOf('POST /pulls')).to.have.length(1);
    });

    it('finds it although its owner has another name now, for which GitHub lists nothing', async () => {
      const { result } = await ensureWith({
        ...branches,
        'GET /pulls': ({ query }) => ({ json: query.has('head') ? [] : [pullRequestJson()] }),
        'POST /pulls': taken,
        'GET /compare/main...topic': { json: { ahead_by: 2 } },
        'GET /pulls/7': { json: pullRequestJson() },
      });
      expect(await result).to.include({ number: 7 });
    });

    it('names a branch that is missing, and a head that adds nothing', async () => {
      const table = { 'GET /pulls': { json: [] }, 'POST /pulls': taken, ...branches };
      const head = await ensureWith({ ...table, 'GET /branches/topic': missing });
      expect(await refusalOf(head.result)).to.include({
        code: 'BRANCH_MISSING',
        message: 'there is no branch "topic"',
      });
      const base = await ensureWith({ ...table, 'GET /branches/main': missing });
      expect(await refusalOf(base.result)).to.include({ message: 'there is no branch "main"' });
      const empty = await ensureWith({ ...table, 'GET /compare/main...topic': { json: { ahead_by: 0 } } });
      expect(await refusalOf(empty.result)).to.include({ code: 'PULL_REQUEST_EMPTY' });
    });

    it('opens one that is ready where the repository has no drafts, and tells any other refusal', async () => {
      const table = {
        ...branches,
        'GET /pulls': { json: [] },
        'GET /compare/main...topic': { json: { ahead_by: 2 } },
        'GET /pulls/7': { json: pullRequestJson() },
      };
      const plain = await ensureWith({
        ...table,
        'POST /pulls': [taken, { status: 201, json: pullRequestJson() }],
      });
      expect(await plain.result).to.include({ number: 7 });
      expect(plain.github.bodiesOf('POST /pulls')).to.have.nested.property('[1].draft', false);
      const refused = await ensureWith({ ...table, 'POST /pulls': taken });
      expect(await refusalOf(refused.result)).to.include({ class: 'validation' });
    });

    it('cuts texts that GitHub would not keep, and says so', async () => {
      const { github, result } = await ensureWith(
        {
          'GET /pulls': { json: [] },
          'POST /pulls': { status: 201, json: pullRequestJson() },
          'GET /pulls/7': { json: pullRequestJson() },
          'PATCH /pulls/7': { json: pullRequestJson() },
        },
        { title: 't'.repeat(300), body: 'b'.repeat(70_000) },
      );
      await result;
      const [sent] = github.bodiesOf('POST /pulls');
      expect(sent).to.have.property('title').with.length(256);
      expect(sent).to.have.property('body').with.length(65_536);
      expect(sent)
        .to.have.property('body')
        .that.matches(/\[cut: it has 70000 characters\]$/);
    });
  });

  it('closes an open one, and nothing else', async () => {
    const open = scriptedGitHub({
      'GET /pulls/7': { json: pullRequestJson() },
      'PATCH /pulls/7': { json: {} },
    });
    await closePullRequest(open.client, 7);
    expect(open.bodiesOf('PATCH /pulls/7')).to.deep.equal([{ state: 'closed' }]);
    const merged = scriptedGitHub({ 'GET /pulls/7': { json: mergedJson() } });
    await closePullRequest(merged.client, 7);
    const none = scriptedGitHub({ 'GET /pulls/7': missing });
    expect(await refusalOf(closePullRequest(none.client, 7))).to.include({ code: 'PULL_REQUEST_MISSING' });
  });
});
