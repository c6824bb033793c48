import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isServiceTrouble } from '@tamma/domain';
import { eventually, testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { refusalOf, requestFor } from '../contract.ts';
import type { MergeRequest, PullRequest } from '../git-platform.ts';
import { withLock } from './lock.ts';
import { mergePullRequest, TURNS } from './merge.ts';
import { readPullRequest } from './pull-requests.ts';
import { createLocalFixture, type LocalFixture } from './testing/local-fixture.ts';

const newFixture = async () => createLocalFixture(await testFolder());

/** More than an optimist has tries. */
const MANY = 12;

async function openOne(fixture: LocalFixture): Promise<PullRequest> {
  await fixture.commit('topic');
  return await fixture.platform.ensurePullRequest({ ...requestFor('topic'), issue: 1 });
}

function requestOf({ number, headCommit }: Pick<PullRequest, 'number' | 'headCommit'>): MergeRequest {
  return { number, headCommit, message: 'Merge the topic\n\nFor issue 1.', method: 'merge' };
}

/** The fixture's place, with something happening just before a git command that has the word; the base's move by default. */
function placeWith(fixture: LocalFixture, interrupt: () => Promise<unknown>, word = '--stdin') {
  const git: LocalFixture['git'] = async (args, call) => {
    if (args.includes(word)) await interrupt();
    return await fixture.git(args, call);
  };
  return { git, issuesFolder: fixture.issues, account: fixture.account };
}

describe('local merge', () => {
  it('makes a merge commit of base and head under our account, with the message given', async () => {
    await using fixture = await newFixture();
    const base = await fixture.platform.readBranch('main');
    const pullRequest = await openOne(fixture);
    await fixture.platform.mergePullRequest(requestOf(pullRequest));
    const { stdout } = await fixture.git(['log', '-1', '--format=%P%n%an <%ae>%n%cn <%ce>%n%B', 'main']);
    const who = 'tamma <tamma@localhost>';
    expect(stdout.trim().split('\n')).to.deep.equal([
      `${base} ${pullRequest.headCommit}`,
      who,
      who,
      'Merge the topic',
      '',
      'For issue 1.',
    ]);
  });

  it('heals a record that a crash left open after the base had moved', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const [path = ''] = await fixture.listPullRequestFiles();
    const open = await readFile(path, 'utf8');
    const merged = await fixture.platform.mergePullRequest(requestOf(pullRequest));
    await fixture.commit('main');
    await writeFile(path, open);
    expect((await fixture.platform.readPullRequest(pullRequest.number))?.state).to.equal('merged');
    expect(await fixture.platform.mergePullRequest(requestOf(pullRequest))).to.deep.equal(merged);
    expect(await readFile(path, 'utf8')).to.include('state: merged');
  });

  it('heals it even when the branch is gone meanwhile', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const [path = ''] = await fixture.listPullRequestFiles();
    const open = await readFile(path, 'utf8');
    const merged = await fixture.platform.mergePullRequest(requestOf(pullRequest));
    await fixture.platform.deleteBranch('topic', pullRequest.headCommit);
    await writeFile(path, open);
    expect(await fixture.platform.mergePullRequest(requestOf(pullRequest))).to.deep.equal(merged);
  });

  it('merges onto the new base when the base moved meanwhile', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    let moved: string | null = null;
    const place = placeWith(fixture, async () => {
      moved ??= await fixture.commit('main');
    });
    const result = await mergePullRequest(place, requestOf(pullRequest));
    expect(result.kind).to.equal('merged');
    const { stdout } = await fixture.git(['rev-parse', 'main^1', 'main^2']);
    expect(stdout.trim().split('\n')).to.deep.equal([moved, pullRequest.headCommit]);
  });

  it('merges each of many that come at once', async () => {
    await using fixture = await newFixture();
    const opened: PullRequest[] = [];
    for (let i = 0; i < MANY; i += 1) {
      await fixture.commit(`topic-${i}`);
      opened.push(await fixture.platform.ensurePullRequest(requestFor(`topic-${i}`)));
    }
    const results = await Promise.all(opened.map((one) => fixture.platform.mergePullRequest(requestOf(one))));
    expect(results.map(({ kind }) => kind)).to.deep.equal(Array(MANY).fill('merged'));
    const { stdout } = await fixture.git(['rev-list', '--count', '--merges', 'main']);
    expect(stdout.trim()).to.equal(`${MANY}`);
  });

  it('leaves alone one that a person closed while its merge waited for its turn', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const turn = Promise.withResolvers<void>();
    const calls: string[] = [];
    let others: Promise<void> | null = null;
    const place = placeWith(fixture, async () => {
      if (others !== null) return;
      others = withLock(join(fixture.issues, '.merge.lock'), () => turn.promise);
      await fixture.commit('main');
    });
    const git: LocalFixture['git'] = (args, call) =>
      place.git(args, call).finally(() => calls.push(args.join(' ')));
    const merging = mergePullRequest({ ...place, git }, requestOf(pullRequest));
    const sinceTry = () => calls.slice(calls.indexOf('update-ref --stdin'));
    // The move that failed, and a look at each branch.
    await eventually(
      'the first try has failed',
      () => calls.includes('update-ref --stdin') && sinceTry().length >= 3,
    );
    await fixture.platform.closePullRequest(pullRequest.number);
    turn.resolve();
    expect(await merging).to.include({ kind: 'refused', why: 'closed' });
    await others;
    expect(calls.filter((call) => call.includes('merge-tree'))).to.have.length(1);
    expect((await fixture.platform.readPullRequest(pullRequest.number))?.state).to.equal('closed');
  });

  it('waits for its turn for minutes, and then blames neither issues nor the platform', async () => {
    expect(TURNS.waitMaxMs).to.be.at.least(60_000);
    const error = TURNS.busy('issues/.merge.lock');
    expect(error).to.include({ code: 'MERGES_BUSY' });
    expect(isServiceTrouble(error.class)).to.equal(false);
  });

  it('does not move the base for one that is closed while git merges', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const base = await fixture.platform.readBranch('main');
    const close = () => fixture.platform.closePullRequest(pullRequest.number);
    const result = await mergePullRequest(placeWith(fixture, close, 'merge-tree'), requestOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'closed' });
    expect(await fixture.platform.readBranch('main')).to.equal(base);
  });

  it('writes no merge over a record that is closed in the moment the base moves, and says what happened', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const close = () => fixture.platform.closePullRequest(pullRequest.number);
    const result = await mergePullRequest(placeWith(fixture, close), requestOf(pullRequest));
    const mergeCommit = await fixture.platform.readBranch('main');
    expect(result).to.include({ kind: 'refused', why: 'closed' });
    expect(result).to.have.property('detail').that.includes(`${mergeCommit} had brought it into "main"`);
    expect((await fixture.platform.readPullRequest(pullRequest.number))?.state).to.equal('closed');
  });

  it('gives up with base-moved when the base never stands still', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const place = placeWith(fixture, () => fixture.commit('main'));
    const result = await mergePullRequest(place, requestOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'base-moved' });
  });

  it('refuses when the head is pushed to in the last moment', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const base = await fixture.platform.readBranch('main');
    const result = await mergePullRequest(
      placeWith(fixture, () => fixture.commit('topic')),
      requestOf(pullRequest),
    );
    expect(result).to.include({ kind: 'refused', why: 'head-moved' });
    expect(await fixture.platform.readBranch('main')).to.equal(base);
  });

  for (const word of ['refs/heads/topic', 'merge-base', 'merge-tree', '--stdin']) {
    it(`tells of a twin's merge that came just before its own "${word}", branch deleted and all`, async () => {
      await using fixture = await newFixture();
      const pullRequest = await openOne(fixture);
      const twins: unknown[] = [];
      const place = placeWith(
        fixture,
        async () => {
          if (twins.length > 0) return;
          twins.push(await fixture.platform.mergePullRequest(requestOf(pullRequest)));
          await fixture.platform.deleteBranch('topic', pullRequest.headCommit);
        },
        word,
      );
      const result = await mergePullRequest(place, requestOf(pullRequest));
      expect([result]).to.deep.equal(twins);
      expect((await fixture.git(['rev-list', '--merges', '--count', 'main'])).stdout.trim()).to.equal('1');
    });
  }

  it('shows a merge that came between the record and the branch', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const merge = async () => {
      await fixture.platform.mergePullRequest(requestOf(pullRequest));
      await fixture.platform.deleteBranch('topic', pullRequest.headCommit);
    };
    const seen = await readPullRequest(placeWith(fixture, merge, 'refs/heads/topic'), pullRequest.number);
    expect(seen).to.include({ state: 'merged', headCommit: pullRequest.headCommit });
  });

  it('claims no merge when the base already holds the head by other means', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    await fixture.git(['update-ref', 'refs/heads/main', pullRequest.headCommit]);
    expect((await fixture.platform.readPullRequest(pullRequest.number))?.state).to.equal('open');
    const result = await fixture.platform.mergePullRequest(requestOf(pullRequest));
    expect(result).to.include({ kind: 'refused', why: 'closed' });
  });

  it('names the lock a killed git left behind', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    await writeFile(join(fixture.repository, 'refs/heads/main.lock'), '');
    const error = await refusalOf(fixture.platform.mergePullRequest(requestOf(pullRequest)));
    expect(error.code).to.equal('BASE_STUCK');
    expect(error.message).to.include('main.lock');
    expect(error.remedy).to.include('delete that file');
  });

  it('names the files that are in conflict', async () => {
    await using fixture = await newFixture();
    await fixture.commitConflict('topic');
    const pullRequest = await fixture.platform.ensurePullRequest(requestFor('topic'));
    expect(await fixture.platform.mergePullRequest(requestOf(pullRequest))).to.deep.equal({
      kind: 'refused',
      why: 'conflict',
      detail: 'conflict.txt',
    });
  });

  it('calls a head that shares no commit with the base a conflict', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const { git, platform } = fixture;
    const tree = (await git(['rev-parse', 'topic^{tree}'])).stdout.trim();
    const headCommit = (await git(['commit-tree', tree, '-m', 'From elsewhere'])).stdout.trim();
    await git(['update-ref', 'refs/heads/topic', headCommit]);
    const read = await platform.readPullRequest(pullRequest.number);
    expect(read).to.include({ headCommit, mergeability: 'conflict' });
    const result = await platform.mergePullRequest(requestOf({ ...pullRequest, headCommit }));
    const detail = 'head and base share no commit';
    expect(result).to.deep.equal({ kind: 'refused', why: 'conflict', detail });
  });

  it('refuses every way of merging but a merge commit, and says what to set', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const base = await fixture.platform.readBranch('main');
    for (const method of ['squash', 'rebase'] as const) {
      const result = await fixture.platform.mergePullRequest({ ...requestOf(pullRequest), method });
      expect(result).to.include({ kind: 'refused', why: 'not-allowed' });
      expect(result).to.have.property('detail').that.includes('"merge.method"');
    }
    expect(await fixture.platform.readBranch('main')).to.equal(base);
  });

  it('runs no hook of the repository', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const hook = join(fixture.repository, 'hooks/reference-transaction');
    await writeFile(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const result = await fixture.platform.mergePullRequest(requestOf(pullRequest));
    expect(result.kind).to.equal('merged');
  });

  it('says which record of a pull request does not parse', async () => {
    await using fixture = await newFixture();
    const pullRequest = await openOne(fixture);
    const [path = ''] = await fixture.listPullRequestFiles();
    await writeFile(path, 'no longer a record\n');
    const { number, headCommit } = pullRequest;
    const attempts = [
      () => fixture.platform.readPullRequest(number),
      () => fixture.platform.listOpenPullRequests(),
      () => fixture.platform.closePullRequest(number),
      () => fixture.platform.ensurePullRequest(requestFor('topic')),
      () => fixture.platform.mergePullRequest(requestOf({ number, headCommit })),
    ];
    for (const attempt of attempts) {
      const error = await refusalOf(attempt());
      expect(error).to.include({ code: 'PULL_REQUEST_UNREADABLE', class: 'validation' });
      expect(error.message).to.include(path);
    }
  });
});
