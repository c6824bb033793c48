import { expect } from 'chai';
import type { Test } from './fixture.ts';

const LOG_CHARACTERS_MAX = 1000;

export function checkTests(test: Test): void {
  test('knows nothing of a commit that nothing has reported on', async (fixture) => {
    const commit = await fixture.commit('topic');
    expect((await fixture.platform.readChecks(commit)) ?? []).to.deep.equal([]);
  });

  test('says what reported on a commit, and how each stands now', async (fixture) => {
    const commit = await fixture.commit('topic');
    await fixture.report(commit, { name: 'lint', state: 'pending', summary: 'It runs.' });
    await fixture.report(commit, { name: 'test', state: 'failed', summary: 'Two of nine.' });
    await fixture.report(commit, { name: 'lint', state: 'passed', summary: 'Clean.' });
    const checks = (await fixture.platform.readChecks(commit)) ?? [];
    const seen = checks.map(({ name, state, summary }) => ({ name, state, summary }));
    expect(seen).to.have.deep.members([
      { name: 'lint', state: 'passed', summary: 'Clean.' },
      { name: 'test', state: 'failed', summary: 'Two of nine.' },
    ]);
  });

  test('has neither a log nor a second run of a check that ran elsewhere', async (fixture) => {
    const commit = await fixture.commit('topic');
    await fixture.report(commit, { name: 'test', state: 'failed', summary: 'Two of nine.' });
    const checks = (await fixture.platform.readChecks(commit)) ?? [];
    expect(checks).to.have.length(1);
    for (const check of checks) {
      expect(await fixture.platform.readCheckLog(check, LOG_CHARACTERS_MAX)).to.be.a('string');
      expect(check.runId).to.equal(null);
    }
    expect(await fixture.platform.rerunChecks(checks)).to.equal(false);
  });

  test('runs nothing again when it is given nothing', async ({ platform }) => {
    expect(await platform.rerunChecks([])).to.equal(false);
  });
}
