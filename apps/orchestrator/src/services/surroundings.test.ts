import { buildGitHubProject } from '@tamma/contracts/testing';
import { createMemoryPlatform } from '@tamma/git-platform/memory';
import { expect } from 'chai';
import { issueNumber } from '../testing/desk.ts';
import { createDuplicateFinder } from './duplicates.ts';
import { createScene } from './surroundings.ts';

const project = buildGitHubProject();

describe('what lies around an issue', () => {
  it('is who blocks it by the platform or by its own words, while they are open', () => {
    const issues = [
      issueNumber(1),
      issueNumber(2, { body: 'Blocked by #1, depends on acme/till#9 and blocked by #3.', blockedBy: [7] }),
    ];
    const scene = createScene(project, { issues, pullRequests: [] });
    expect(issues.map((issue) => scene.around(issue).blockers)).to.deep.equal([[], [1, 7]]);
  });

  it('is the first open pull request that closes it', () => {
    const platform = createMemoryPlatform();
    platform.setBranch('main', 'beginning');
    const second = platform.addPullRequest({ head: 'b', author: 'eve', number: 9, body: 'Fixes #1' });
    const first = platform.addPullRequest({
      head: 'a',
      author: 'ada',
      number: 8,
      body: 'closes acme/till#1',
    });
    const issues = [issueNumber(1), issueNumber(2)];
    const scene = createScene(project, { issues, pullRequests: [second, first] });
    expect(issues.map((issue) => scene.around(issue).pullRequest)).to.deep.equal([
      { number: 8, author: 'ada' },
      null,
    ]);
    expect(scene.closersOf(1).map(({ number }) => number)).to.deep.equal([8, 9]);
  });

  it('is an older open issue that asks for the same', () => {
    const body = 'Totals are rounded before tax is added, so the sum is off by a cent now and then.';
    const twin = { title: 'Totals are off by one cent!', body };
    const issues = [issueNumber(1, twin), issueNumber(2), issueNumber(3, twin)];
    const scene = createScene(project, { issues, pullRequests: [] });
    expect(issues.map((issue) => scene.around(issue).duplicateOf)).to.deep.equal([null, null, 1]);
  });

  it('is found among ten thousand issues without comparing each with each', () => {
    const issues = Array.from({ length: 10_000 }, (_, place) =>
      issueNumber(place + 1, { title: `Export of invoices fails for customer ${place % 5000}` }),
    );
    const duplicateOf = createDuplicateFinder(issues);
    const begun = process.cpuUsage();
    const found = issues.map(duplicateOf);
    // The time of the processor, not of the clock: what else the machine does is not asked about.
    expect(process.cpuUsage(begun).user).to.be.below(3_000_000);
    expect(found.slice(0, 5000).every((one) => one === null)).to.equal(true);
    expect(found.slice(5000).every((one, place) => one === place + 1)).to.equal(true);
  });
});
