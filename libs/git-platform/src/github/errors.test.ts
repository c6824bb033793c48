import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { askGitHub } from './ask-github.ts';
import { type ScriptedAnswer, scriptedGitHub } from './testing/scripted-github.ts';

async function errorFor(answer: ScriptedAnswer): Promise<TammaError> {
  const { client } = scriptedGitHub({ 'GET /user': answer });
  return await refusalOf(askGitHub('show it', () => client.octokit.request('GET /user')));
}

describe('what GitHub refuses', () => {
  it('has a code, a class and a remedy for each kind', async () => {
    const kinds: readonly (readonly [number, string, string])[] = [
      [401, 'GITHUB_UNAUTHORIZED', 'authentication'],
      [403, 'GITHUB_FORBIDDEN', 'authentication'],
      [404, 'GITHUB_NOT_FOUND', 'validation'],
      [405, 'GITHUB_NOT_ALLOWED', 'validation'],
      [409, 'GITHUB_CONFLICT', 'conflict'],
      [410, 'GITHUB_GONE', 'validation'],
      [418, 'GITHUB_REFUSED', 'validation'],
      [422, 'GITHUB_REFUSED', 'validation'],
      [429, 'GITHUB_SECONDARY_LIMITED', 'rate-limit'],
      [451, 'GITHUB_BLOCKED', 'validation'],
      [500, 'GITHUB_UNAVAILABLE', 'network'],
      [503, 'GITHUB_UNAVAILABLE', 'network'],
    ];
    for (const [status, code, errorClass] of kinds) {
      const error = await errorFor({ status, json: { message: 'Nope' } });
      expect(error, String(status)).to.include({ code, class: errorClass });
      expect(error.remedy, String(status)).to.be.a('string');
      expect(error.message).to.match(/^GitHub did not show it: /);
    }
  });

  it('names the permission to grant, or the sign-on that is missing', async () => {
    const wanted = { 'x-accepted-github-permissions': 'issues=write' };
    expect((await errorFor({ status: 403, headers: wanted })).remedy).to.contain('issues=write');
    const scopes = { 'x-accepted-oauth-scopes': 'repo' };
    expect((await errorFor({ status: 403, headers: scopes })).remedy).to.contain('repo');
    const sso = { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso' };
    expect((await errorFor({ status: 403, headers: sso })).remedy).to.contain('single sign-on');
    const archived = { message: 'Repository was archived so is read-only.' };
    expect(await errorFor({ status: 403, json: archived })).to.include({
      code: 'GITHUB_ARCHIVED',
      class: 'validation',
    });
  });

  it('says what GitHub says of each field, in bounds', async () => {
    const errors = [
      { resource: 'Label', field: 'name', code: 'already_exists' },
      'a plain one',
      { message: 'No commits between main and topic' },
      { odd: 1 },
    ];
    const error = await errorFor({ status: 422, json: { message: 'Validation Failed', errors } });
    expect(error.message).to.equal(
      'GitHub did not show it: Validation Failed; Label name already_exists; a plain one; No commits between main and topic (HTTP 422)',
    );
    const odd = await errorFor({ status: 422, json: { message: 'a\u0000b\r\n\u202Ec \ud800' } });
    expect(odd.message).to.equal('GitHub did not show it: a b c \ufffd (HTTP 422)');
    const long = await errorFor({ status: 422, json: { message: 'x'.repeat(100_000) } });
    expect(long.message.length).to.be.lessThan(600);
  });

  it('repeats no page of a proxy', async () => {
    const error = await errorFor({ status: 502, text: '<html>token=hunter2</html>' });
    expect(error.message).to.equal('GitHub did not show it: it is in trouble (HTTP 502)');
  });

  it('waits as long as a service in trouble wants, and no refusal does', async () => {
    const headers = { 'retry-after': '9' };
    expect((await errorFor({ status: 503, headers })).retryAfterMs).to.equal(9000);
    expect((await errorFor({ status: 404, headers })).retryAfterMs).to.equal(undefined);
  });

  it('is told by GraphQL in an answer of its own', async () => {
    const types: Record<string, string> = {
      NOT_FOUND: 'GITHUB_NOT_FOUND',
      FORBIDDEN: 'GITHUB_FORBIDDEN',
      UNPROCESSABLE: 'GITHUB_REFUSED',
    };
    for (const [type, code] of Object.entries(types)) {
      const errors = [{ type, message: 'Nope' }];
      const { client } = scriptedGitHub({ 'POST /graphql': { json: { data: null, errors } } });
      const error = await refusalOf(
        askGitHub('show it', () => client.octokit.graphql('{ viewer { login } }')),
      );
      expect(error).to.include({ code });
      expect(error.message).to.contain('Nope');
    }
  });

  it('leaves what is one of ours already as it is, and knows when it knows nothing', async () => {
    const ours = new TammaError('ISSUE_MISSING', 'there is no issue 1');
    const failing = (thrown: unknown) => refusalOf(askGitHub('show it', () => Promise.reject(thrown)));
    expect(await failing(ours)).to.equal(ours);
    expect(await failing(new RangeError('odd'))).to.include({ code: 'GITHUB_FAILED', class: 'unknown' });
  });
});
