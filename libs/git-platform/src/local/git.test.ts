import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { refusalOf, requestFor } from '../contract.ts';
import { openGit, requireGitVersion } from './git.ts';
import { createLocalPlatform } from './platform.ts';
import { createLocalFixture } from './testing/local-fixture.ts';

/** A `git` that is a shell script. */
async function fakeGit(folder: string, script: string): Promise<string> {
  const programs = join(folder, 'programs');
  await mkdir(programs);
  await writeFile(join(programs, 'git'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return programs;
}

describe('git of the local platform', () => {
  it('says what is missing when there is no git', async () => {
    await using folder = await testFolder();
    const git = openGit({ repository: folder.path, account: 'tamma', searchPath: folder.path });
    expect(await refusalOf(git(['version']))).to.include({ code: 'GIT_MISSING', class: 'validation' });
  });

  it('refuses a git that cannot merge without a work tree', async () => {
    await using folder = await testFolder();
    const searchPath = await fakeGit(folder.path, 'echo git version 2.37.9');
    const git = openGit({ repository: folder.path, account: 'tamma', searchPath });
    const error = await refusalOf(requireGitVersion(git));
    expect(error.code).to.equal('GIT_TOO_OLD');
    expect(error.message).to.include('2.37.9');
    expect(error.remedy).to.include('2.38');
  });

  it('hands nothing of our environment to git', async () => {
    await using folder = await testFolder();
    const searchPath = await fakeGit(folder.path, '/usr/bin/env');
    const git = openGit({ repository: folder.path, account: 'tamma', searchPath });
    process.env.GIT_TEST_SECRET = 'hunter2';
    try {
      const { stdout } = await git(['version']);
      expect(stdout).not.to.include('hunter2');
      expect(stdout).to.include('GIT_CONFIG_NOSYSTEM=1').and.to.include('GIT_TERMINAL_PROMPT=0');
    } finally {
      delete process.env.GIT_TEST_SECRET;
    }
  });

  it('tells of a failure with the end of what git said', async () => {
    await using folder = await testFolder();
    const searchPath = await fakeGit(folder.path, 'echo "fatal: the roof is on fire" >&2; exit 3');
    const git = openGit({ repository: folder.path, account: 'tamma', searchPath });
    const error = await refusalOf(git(['gc']));
    expect(error).to.include({ code: 'GIT_FAILED', class: 'unknown' });
    expect(error.message).to.include('git gc').and.to.include('the roof is on fire');
  });

  it('says so when the repository is absent, whatever is asked of it', async () => {
    await using folder = await testFolder();
    const repository = join(folder.path, 'absent.git');
    const platform = createLocalPlatform({ repository, issues: folder.path, account: 'tamma' });
    const attempts = [
      () => platform.readBranch('main'),
      () => platform.ensureBranch('topic', 'a'.repeat(40)),
      () => platform.deleteBranch('topic', 'a'.repeat(40)),
      () => platform.ensurePullRequest(requestFor('topic')),
    ];
    for (const attempt of attempts) {
      const error = await refusalOf(attempt());
      expect(error).to.include({ code: 'REPOSITORY_MISSING', class: 'validation' });
      expect(error.remedy).to.include('git init --bare');
    }
  });

  it('refuses names and commits that git could take for something else', async () => {
    await using fixture = await createLocalFixture(await testFolder());
    const names = [
      '',
      'a..b',
      'a b',
      '-x',
      'x\nupdate refs/heads/main',
      'x.lock',
      '/x',
      'x/',
      'a@{1}',
      'x\0y',
    ];
    for (const name of names) {
      const error = await refusalOf(fixture.platform.readBranch(name));
      expect(error).to.include({ code: 'BRANCH_NAME_INVALID', class: 'validation' });
    }
    for (const commit of ['main', '--help', 'f'.repeat(40)]) {
      const error = await refusalOf(fixture.platform.ensureBranch('topic', commit));
      expect(error).to.include({ code: 'COMMIT_MISSING', class: 'validation' });
    }
    expect(await fixture.platform.readBranch('topic')).to.equal(null);
  });
});
