import { expect } from 'chai';
import { runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { seedDeliverable } from '../testing/delivery.ts';

const SETTINGS = { labels: [], reviewers: [], teamReviewers: [], draft: true };

describe('the text of a pull request', () => {
  it("is made of the project's templates, in which only places to fill are filled", async () => {
    const title = 'fix: {title} [{issue}] {nothing}';
    const body = '{closes} {issue} {workflow}\n{gates}\n{changes}{toString}';
    await using bench = await createBench({
      issue: { title: 'Say {closes}\nand $& twice' },
      project: { pullRequest: { ...SETTINGS, title, body } },
    });
    const commit = await seedDeliverable(bench);
    bench.artifacts.set('CHANGES.md', 'It says {gates} to @maria. Fixes #99.');

    await runStep(bench, 'pull-request');

    const made = await bench.platform.readPullRequest(1);
    expect(made?.title).to.equal('fix: Say {closes} and $& twice [1] {nothing}');
    expect(made?.body).to.match(/^Closes #1\. 1 demo-1\.r1\n- build on /);
    expect(made?.body).to.include(
      `- security on ${commit.slice(0, 7)}: security is fine\nIt says {gates} to @\u200bmaria`,
    );
    expect(made?.body).to.include('{toString}').and.not.include('Fixes #99');
  });

  it('closes no other issue by the title of ours: whoever merges by hand makes a commit of it', async () => {
    await using bench = await createBench({ issue: { title: 'Fix #99 for good' } });
    await seedDeliverable(bench);
    await runStep(bench, 'pull-request');
    expect((await bench.platform.readPullRequest(1))?.title).to.include('Fix #\u200b99 for good');
  });

  it('is cut to what platforms take', async () => {
    await using bench = await createBench({ issue: { title: 'long '.repeat(200) } });
    await seedDeliverable(bench);
    bench.artifacts.set('CHANGES.md', 'x'.repeat(250_000));

    await runStep(bench, 'pull-request');

    const made = await bench.platform.readPullRequest(1);
    expect(made?.title.length).to.be.at.most(250);
    expect(made?.body.length).to.be.within(40_000, 60_000);
    expect(made?.body).to.include('- security on');
  });
});
