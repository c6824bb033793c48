import { readFile } from 'node:fs/promises';
import { eventually, testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { requestFor } from '../contract.ts';
import { createLocalFixture, type LocalFixture } from './testing/local-fixture.ts';
import { raceProcesses, spawnPlatform } from './testing/spawn-platform.ts';

const newFixture = async () => createLocalFixture(await testFolder());

async function openOne(fixture: LocalFixture, head: string) {
  await fixture.commit(head);
  return await fixture.platform.ensurePullRequest(requestFor(head));
}

async function countMerges(fixture: LocalFixture): Promise<number> {
  return Number((await fixture.git(['rev-list', '--merges', '--count', 'main'])).stdout);
}

describe('local platform, several processes at once', () => {
  it('makes exactly one merge commit of one pull request, and all are told it', async () => {
    await using fixture = await newFixture();
    const { number, headCommit } = await openOne(fixture, 'topic');
    const call = { method: 'merge' as const, number, headCommit, message: 'Merge' };
    const results = await raceProcesses(fixture, [call, call, call]);
    const mergeCommit = await fixture.platform.readBranch('main');
    for (const result of results) expect(result).to.deep.equal({ kind: 'merged', mergeCommit });
    expect(await countMerges(fixture)).to.equal(1);
  });

  it('merges different pull requests side by side and loses none', async () => {
    await using fixture = await newFixture();
    const opened = [
      await openOne(fixture, 'one'),
      await openOne(fixture, 'two'),
      await openOne(fixture, 'three'),
    ];
    const results = await raceProcesses(
      fixture,
      opened.map(({ number, headCommit }) => ({ method: 'merge', number, headCommit, message: 'Merge' })),
    );
    expect(results.map((result) => JSON.stringify(result)).join()).not.to.include('refused');
    expect(await countMerges(fixture)).to.equal(3);
    const { stdout } = await fixture.git(['ls-tree', '--name-only', 'main']);
    expect(stdout.split('\n').filter((name) => name.endsWith('.txt'))).to.have.length(3);
  });

  it('opens one pull request for one head', async () => {
    await using fixture = await newFixture();
    await fixture.commit('topic');
    const call = { method: 'open' as const, number: 1, head: 'topic', base: 'main' };
    const [first, ...others] = await raceProcesses(fixture, [call, call, call]);
    for (const other of others) expect(other).to.deep.equal(first);
    expect(await fixture.listPullRequestFiles()).to.have.length(1);
  });

  it('gives pull requests of different heads different numbers', async () => {
    await using fixture = await newFixture();
    const heads = ['one', 'two', 'three'];
    for (const head of heads) await fixture.commit(head);
    await raceProcesses(
      fixture,
      heads.map((head, index) => ({ method: 'open', number: index + 1, head, base: 'main' })),
    );
    const texts = await Promise.all(
      (await fixture.listPullRequestFiles()).map((path) => readFile(path, 'utf8')),
    );
    const numbers = texts.map((text) => /^number: \d+$/m.exec(text)?.[0]);
    expect(numbers).to.have.members(['number: 1', 'number: 2', 'number: 3']);
  });

  it('places one comment per marker', async () => {
    await using fixture = await newFixture();
    await fixture.addIssue();
    const call = { method: 'comment' as const, number: 1, marker: 'task-1', body: 'text' };
    await raceProcesses(fixture, [call, call, call], 5);
    expect(await fixture.readComments(1)).to.deep.equal([
      { author: 'tamma', text: 'text\n\n<!-- task-1 -->' },
    ]);
  });

  it('loses no label when processes mark the same issue', async () => {
    await using fixture = await newFixture();
    await fixture.addIssue({ labels: [] });
    const prefixes = ['red', 'green', 'blue'];
    const calls = prefixes.map((prefix) => ({ method: 'label' as const, number: 1, prefix }));
    await raceProcesses(fixture, calls, 10);
    const wanted = prefixes.flatMap((prefix) =>
      Array.from({ length: 10 }, (_, index) => `${prefix}-${index + 1}`),
    );
    expect((await fixture.platform.readIssue(1))?.labels).to.have.members(wanted);
  });

  it('leaves a whole issue file behind when it is killed while marking, and goes on', async () => {
    await using fixture = await newFixture();
    await fixture.addIssue({ labels: [] });
    await using racer = await spawnPlatform(fixture, { method: 'label', number: 1, prefix: 'red' }, 10_000);
    racer.go();
    const labels = async () => (await fixture.platform.readIssue(1))?.labels ?? [];
    await eventually('some labels', async () => (await labels()).length > 5);
    await racer.kill();
    const before = await labels();
    await fixture.platform.markIssue(1, { labelsAdded: ['after'] });
    expect(await labels()).to.deep.equal([...before, 'after']);
  });

  it('finds its own merge again after it was killed once the base had moved', async () => {
    await using fixture = await newFixture();
    const { number, headCommit } = await openOne(fixture, 'topic');
    const base = await fixture.platform.readBranch('main');
    const call = { method: 'merge' as const, number, headCommit, message: 'Merge' };
    await using racer = await spawnPlatform(fixture, call);
    racer.go();
    await eventually('the base moved', async () => (await fixture.platform.readBranch('main')) !== base);
    await racer.kill();
    const mergeCommit = await fixture.platform.readBranch('main');
    const again = await fixture.platform.mergePullRequest(call);
    expect(again).to.deep.equal({ kind: 'merged', mergeCommit });
    expect(await countMerges(fixture)).to.equal(1);
    expect(await fixture.platform.readPullRequest(number)).to.include({ state: 'merged', mergeCommit });
  });
});
