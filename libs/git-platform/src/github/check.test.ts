import { expect } from 'chai';
import { checkGitHubProject, type GitHubProject } from './check.ts';
import type { GitHubConnection } from './connection.ts';
import { HEAD } from './testing/records.ts';
import { type Script, scriptedGitHub } from './testing/scripted-github.ts';

const PROJECT = { repository: 'acme/till', baseBranch: 'main' };
const SHOWN = {
  id: 1,
  full_name: 'acme/till',
  archived: false,
  disabled: false,
  has_issues: true,
  default_branch: 'main',
  permissions: { push: true },
};
const REFUSED = { status: 422, json: { message: 'Validation Failed' } };
const FORBIDDEN = { status: 403, json: { message: 'Resource not accessible by personal access token' } };
const SOUND: Readonly<Record<string, Script>> = {
  'GET /': { json: SHOWN },
  'GET /git/ref/heads/main': { json: { object: { sha: HEAD } } },
  'POST /git/refs': REFUSED,
  'POST /issues/999999999/labels': { status: 404 },
  'POST /pulls': REFUSED,
  'GET /commits/main/check-runs': { json: {} },
  'GET /commits/main/status': { json: {} },
  'GET /actions/runs': { json: {} },
};

async function problemsWith(
  changes: Readonly<Record<string, Script>>,
  own: Partial<GitHubConnection> = {},
  project: GitHubProject = PROJECT,
): Promise<readonly string[]> {
  const { client } = scriptedGitHub({ ...SOUND, ...changes });
  const connection: GitHubConnection = {
    apiUrl: 'https://api.github.test',
    serverUrl: 'https://github.test',
    authentication: 'token',
    account: async () => 'shipbot',
    credential: async () => ({ username: 'x-access-token', password: 'x' }),
    grants: async () => null,
    clientOf: () => client,
    ...own,
  };
  const problems = await checkGitHubProject(connection, project);
  return problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('check of a project on GitHub', () => {
  it('finds nothing wrong where nothing is', async () => {
    expect(await problemsWith({})).to.deep.equal([]);
  });

  it('tells a credential that is refused, and looks no further', async () => {
    const account = () => Promise.reject(new Error('no such token'));
    expect(await problemsWith({}, { account })).to.deep.equal(['platform: no such token']);
  });

  it('tells an account that is not the one of the credential', async () => {
    expect(await problemsWith({}, {}, { ...PROJECT, account: 'ShipBot' })).to.deep.equal([]);
    expect(await problemsWith({}, {}, { ...PROJECT, account: 'tamma' })).to.deep.equal([
      'account: the credential belongs to "shipbot". Write that, or leave it out',
    ]);
  });

  it('tells a repository that cannot be seen, was archived, or has no issues', async () => {
    const [gone] = await problemsWith({ 'GET /': { status: 404, json: { message: 'Not Found' } } });
    expect(gone).to.match(/^repository: GitHub did not show the repository acme\/till/);
    const json = { ...SHOWN, archived: true, has_issues: false };
    const found = await problemsWith({ 'GET /': { json } });
    expect(found.map((one) => one.split('.')[0])).to.deep.equal([
      'repository: acme/till is archived',
      'repository: issues are switched off for acme/till',
    ]);
  });

  it('tells of a new name, under which alone git finds it', async () => {
    const json = { ...SHOWN, full_name: 'acme/register' };
    expect(await problemsWith({ 'GET /': { json } })).to.deep.equal([
      'repository: acme/till was renamed to acme/register, which git is not sent on to with our credential. Write its new name',
    ]);
  });

  it('tells a base branch that is not there', async () => {
    const found = await problemsWith({ 'GET /git/ref/heads/main': { status: 404 } });
    expect(found[0]).to.match(/^baseBranch: there is no branch "main"/);
  });

  it('names each permission that a token lacks', async () => {
    const found = await problemsWith({ 'POST /pulls': FORBIDDEN, 'GET /actions/runs': FORBIDDEN });
    expect(found).to.deep.equal([
      'platform: the credential lacks a permission. Grant it "Pull requests: Read and write"',
      'platform: the credential lacks a permission. Grant it "Actions: Read-only"',
    ]);
    const json = { ...SHOWN, permissions: { push: false } };
    expect((await problemsWith({ 'GET /': { json } }))[0]).to.match(/"shipbot" may not push to acme\/till/);
  });

  it('names each permission that an App lacks, and tries none', async () => {
    const grants = async () => ({
      contents: 'write',
      issues: 'read',
      pull_requests: 'write',
      checks: 'write',
      metadata: 'read',
    });
    expect(await problemsWith({ 'POST /pulls': FORBIDDEN }, { grants })).to.deep.equal([
      'platform: the credential lacks a permission. Grant it "Issues: Read and write"',
      'platform: the credential lacks a permission. Grant it "Commit statuses: Read-only"',
      'platform: the credential lacks a permission. Grant it "Actions: Read-only"',
    ]);
  });

  it('takes a limit for no missing permission', async () => {
    const limited = {
      status: 403,
      headers: { 'retry-after': '60' },
      json: { message: 'secondary rate limit' },
    };
    const [found] = await problemsWith({ 'POST /pulls': limited });
    expect(found).to.match(
      /^platform: GitHub did not say whether "Pull requests" is granted: it was asked too much/,
    );
  });
});
