import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { deleteBranch, ensureBranch, listCommits, readBranch } from './branches.ts';
import { BASE, HEAD } from './testing/records.ts';
import { scriptedGitHub } from './testing/scripted-github.ts';

const MISSING = { status: 404, json: { message: 'Not Found' } };
const REFUSED = { status: 422, json: { message: 'Reference already exists' } };
const HERE = { json: { id: 1, full_name: 'acme/till', archived: false, default_branch: 'main' } };
const refAt = (sha: string) => ({ json: { ref: 'refs/heads/tamma/7', object: { sha, type: 'commit' } } });
const READ = 'GET /git/ref/heads/tamma/7';
const CREATE = 'POST /git/refs';
const DELETE = 'DELETE /git/refs/heads/tamma/7';

describe('branches on GitHub', () => {
  it('are where they are, or nowhere, which is not said of a repository that cannot be seen', async () => {
    const github = scriptedGitHub({ [READ]: [refAt(HEAD), MISSING, MISSING], 'GET /': [HERE, MISSING] });
    expect(await readBranch(github.client, 'tamma/7')).to.equal(HEAD);
    expect(await readBranch(github.client, 'tamma/7')).to.equal(null);
    expect(await refusalOf(readBranch(github.client, 'tamma/7'))).to.include({ code: 'GITHUB_NOT_FOUND' });
  });

  it('are made once, and a twin that was faster is taken', async () => {
    const made = scriptedGitHub({
      [READ]: MISSING,
      'GET /': HERE,
      [CREATE]: { status: 201, ...refAt(HEAD) },
    });
    expect(await ensureBranch(made.client, 'tamma/7', HEAD)).to.equal(HEAD);
    expect(made.bodiesOf(CREATE)).to.deep.equal([{ ref: 'refs/heads/tamma/7', sha: HEAD }]);
    const late = scriptedGitHub({ [READ]: [MISSING, refAt(BASE)], 'GET /': HERE, [CREATE]: REFUSED });
    expect(await ensureBranch(late.client, 'tamma/7', HEAD)).to.equal(BASE);
    const refused = scriptedGitHub({ [READ]: MISSING, 'GET /': HERE, [CREATE]: REFUSED });
    expect(await refusalOf(ensureBranch(refused.client, 'tamma/7', HEAD))).to.include({
      code: 'GITHUB_REFUSED',
    });
  });

  it('are deleted only where they stand at the commit', async () => {
    const other = scriptedGitHub({ [READ]: refAt(BASE) });
    expect(await deleteBranch(other.client, 'tamma/7', HEAD)).to.equal(false);
    const gone = scriptedGitHub({ [READ]: MISSING, 'GET /': HERE });
    expect(await deleteBranch(gone.client, 'tamma/7', HEAD)).to.equal(true);
    const there = scriptedGitHub({ [READ]: refAt(HEAD), [DELETE]: { status: 204 } });
    expect(await deleteBranch(there.client, 'tamma/7', HEAD)).to.equal(true);
    const kept = scriptedGitHub({ [READ]: refAt(HEAD), [DELETE]: { ...REFUSED } });
    expect(await deleteBranch(kept.client, 'tamma/7', HEAD)).to.equal(false);
    const raced = scriptedGitHub({ [READ]: [refAt(HEAD), MISSING], [DELETE]: REFUSED, 'GET /': HERE });
    expect(await deleteBranch(raced.client, 'tamma/7', HEAD)).to.equal(true);
    const lost = scriptedGitHub({ [READ]: [refAt(HEAD), MISSING], [DELETE]: MISSING, 'GET /': HERE });
    expect(await deleteBranch(lost.client, 'tamma/7', HEAD)).to.equal(true);
  });

  it('have commits, the latest first, as many as are wanted', async () => {
    const commit = (sha: string) => ({ sha, commit: { message: `made ${sha}` } });
    const next = { link: '<https://api.github.test/repos/acme/till/commits?page=2>; rel="next"' };
    const github = scriptedGitHub({
      'GET /commits': { headers: next, json: [commit('one'), commit('two')] },
    });
    const commits = await listCommits(github.client, 'main', 101);
    expect(commits.map(({ hash }) => hash)).to.deep.equal(['one', 'two', 'one', 'two']);
    expect(commits[0]).to.deep.equal({ hash: 'one', message: 'made one' });
    expect(github.calls[0]?.query.get('per_page')).to.equal('100');
    expect(await listCommits(github.client, 'main', 1)).to.have.length(1);
    const none = scriptedGitHub({ 'GET /commits': MISSING, 'GET /': HERE });
    expect(await refusalOf(listCommits(none.client, 'none', 3))).to.include({ code: 'BRANCH_MISSING' });
  });
});
