import { expect } from 'chai';
import { mergeOf, openOne, type Test } from './fixture.ts';

export function protectionTests(test: Test): void {
  test('demands nothing where nothing is protected', async ({ platform }) => {
    expect(await platform.readProtection('main')).to.deep.equal({
      requiredChecks: [],
      requiredReviews: 0,
      isStrict: false,
      hasMergeQueue: false,
    });
  });

  test('names the checks that a protected branch demands', async (fixture) => {
    await fixture.protect('main', { requiredChecks: ['test'], requiredReviews: 1 });
    expect(await fixture.platform.readProtection('main')).to.deep.include({ requiredChecks: ['test'] });
  });

  test('counts the reviews that a protected branch demands', async (fixture) => {
    await fixture.protect('main', { requiredChecks: ['test'], requiredReviews: 2 });
    expect(await fixture.platform.readProtection('main')).to.include({ requiredReviews: 2 });
  });

  test('waits for a required check, then for a required review, then merges', async (fixture) => {
    const { platform } = fixture;
    const pullRequest = await openOne(fixture, 'topic');
    await fixture.protect('main', { requiredChecks: ['test'], requiredReviews: 1 });
    const before = await platform.mergePullRequest(mergeOf(pullRequest));
    expect(before).to.include({ kind: 'blocked' });
    const report = { name: 'test', state: 'passed', summary: 'All is well.' } as const;
    await fixture.report(pullRequest.headCommit, report);
    const unreviewed = await platform.mergePullRequest(mergeOf(pullRequest));
    expect(unreviewed).to.include({ kind: 'blocked', on: 'review' });
    await fixture.review(pullRequest.number, { state: 'approved', body: '' });
    expect((await platform.mergePullRequest(mergeOf(pullRequest))).kind).to.equal('merged');
  });
}
