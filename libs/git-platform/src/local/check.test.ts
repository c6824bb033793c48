import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { openGit } from './git.ts';
import { checkLocalProject } from './index.ts';
import { createLocalFixture } from './testing/local-fixture.ts';

describe('check of a local project', () => {
  it('finds nothing wrong with a sound project', async () => {
    await using fixture = await createLocalFixture(await testFolder());
    const { repository, issues } = fixture;
    expect(await checkLocalProject({ repository, issues, baseBranch: 'main' })).to.deep.equal([]);
  });

  it('reports an absent repository and an absent folder at once, each with a remedy', async () => {
    await using folder = await testFolder();
    const repository = join(folder.path, 'absent.git');
    const issues = join(folder.path, 'absent');
    const problems = await checkLocalProject({ repository, issues, baseBranch: 'main' });
    expect(problems.map(({ path }) => path)).to.deep.equal(['repository', 'issues']);
    expect(problems[0]?.message).to.include(repository).and.to.include('git init --bare');
    expect(problems[1]?.message).to.include(issues).and.to.include('mkdir -p');
  });

  it('reports a repository with a work tree, by either of its paths', async () => {
    await using folder = await testFolder();
    const project = join(folder.path, 'project');
    await openGit({ repository: join(project, '.git'), account: 'ada' })(['init', '--quiet', project]);
    for (const repository of [project, join(project, '.git')]) {
      const problems = await checkLocalProject({ repository, issues: folder.path, baseBranch: 'main' });
      expect(problems.map(({ path }) => path)).to.deep.equal(['repository']);
      expect(problems[0]?.message).to.include('work tree').and.to.include('git clone --bare');
    }
  });

  it('reports a folder that is no repository, and a file in place of the issues folder', async () => {
    await using folder = await testFolder();
    const repository = join(folder.path, 'empty');
    const issues = join(folder.path, 'file');
    await mkdir(repository);
    await writeFile(issues, '');
    const problems = await checkLocalProject({ repository, issues, baseBranch: 'main' });
    expect(problems.map(({ path }) => path)).to.deep.equal(['repository', 'issues']);
    expect(problems[0]?.message).to.include('not a git repository');
    expect(problems[1]?.message).to.include('not a folder');
  });

  it('reports a base branch that does not exist', async () => {
    await using fixture = await createLocalFixture(await testFolder());
    const { repository, issues } = fixture;
    const problems = await checkLocalProject({ repository, issues, baseBranch: 'trunk' });
    expect(problems.map(({ path }) => path)).to.deep.equal(['baseBranch']);
    expect(problems[0]?.message).to.include('"trunk"');
  });
});
