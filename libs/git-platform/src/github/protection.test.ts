import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { readProtection } from './protection.ts';
import { type Script, scriptedGitHub } from './testing/scripted-github.ts';

const none = { requiredChecks: [], requiredReviews: 0, isStrict: false, hasMergeQueue: false };
const unruled = { 'GET /rules/branches/main': { json: [] } };
const refused = (status: number) => ({ status, json: { message: 'no' } });

async function readWith(table: Readonly<Record<string, Script>>, branch = 'main') {
  return await readProtection(scriptedGitHub(table).client, branch);
}

describe('protection of a branch on GitHub', () => {
  it('demands nothing where there is none', async () => {
    expect(
      await readWith({ ...unruled, 'GET /branches/main': { json: { protected: false } } }),
    ).to.deep.equal(none);
  });

  it('demands what protection and rules demand together', async () => {
    const checksRule = {
      type: 'required_status_checks',
      parameters: {
        strict_required_status_checks_policy: true,
        required_status_checks: [{ context: 'lint', integration_id: 1 }, { context: 'test' }],
      },
    };
    const reviewRule = { type: 'pull_request', parameters: { required_approving_review_count: 2 } };
    const found = await readWith({
      'GET /branches/main': { json: { protected: true } },
      'GET /branches/main/protection': {
        json: {
          required_status_checks: {
            strict: false,
            contexts: ['test'],
            checks: [{ context: 'test', app_id: null }],
          },
          required_pull_request_reviews: { required_approving_review_count: 1 },
        },
      },
      'GET /rules/branches/main': {
        json: [checksRule, reviewRule, { type: 'merge_queue' }, { type: 'deletion' }],
      },
    });
    const requiredChecks = ['test', 'lint'];
    expect(found).to.deep.equal({ requiredChecks, requiredReviews: 2, isStrict: true, hasMergeQueue: true });
  });

  it('takes what everybody sees where only administrators see the rest', async () => {
    const shown = { enforcement_level: 'non_admins', contexts: ['test'], checks: [{ context: 'test' }] };
    for (const status of [403, 404]) {
      const found = await readWith({
        ...unruled,
        'GET /branches/main': { json: { protected: true, protection: { required_status_checks: shown } } },
        'GET /branches/main/protection': refused(status),
      });
      expect(found).to.deep.equal({ ...none, requiredChecks: ['test'] });
    }
  });

  it('takes no notice of checks that are switched off, nor of a server without rules', async () => {
    const off = { enforcement_level: 'off', contexts: ['old'], checks: [] };
    const found = await readWith({
      'GET /branches/main': { json: { protected: true, protection: { required_status_checks: off } } },
      'GET /branches/main/protection': refused(404),
      'GET /rules/branches/main': refused(404),
    });
    expect(found).to.deep.equal(none);
  });

  it('names a branch that is missing, and never takes a limit for a lack of protection', async () => {
    const missing = readWith({ 'GET /branches/main': refused(404) });
    expect(await refusalOf(missing)).to.include({ code: 'BRANCH_MISSING' });
    const json = { message: 'API rate limit exceeded' };
    const limited = {
      status: 403,
      json,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' },
    };
    const busy = readWith({
      'GET /branches/main': { json: { protected: true } },
      'GET /branches/main/protection': limited,
    });
    expect(await refusalOf(busy)).to.include({ class: 'rate-limit' });
  });

  it('reads a branch with a slash in its name', async () => {
    const table = {
      'GET /branches/release/1': { json: { protected: false } },
      'GET /rules/branches/release/1': { json: [] },
    };
    expect(await readWith(table, 'release/1')).to.deep.equal(none);
  });
});
