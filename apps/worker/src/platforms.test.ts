import type { Project } from '@tamma/contracts';
import { buildGitHubProject, buildProject } from '@tamma/contracts/testing';
import { createMemoryPlatform } from '@tamma/git-platform/memory';
import { expect } from 'chai';
import { rememberPlatforms } from './platforms.ts';

describe('the platforms of a worker', () => {
  it('are made once for each place and account, however many workflows bring their project', () => {
    const made: string[] = [];
    const platformOf = rememberPlatforms((project: Project) => {
      made.push(project.repository);
      return createMemoryPlatform();
    });
    const till = platformOf(buildGitHubProject());
    expect(platformOf(buildGitHubProject({ id: 'other', baseBranch: 'next' }))).to.equal(till);
    expect(platformOf(buildGitHubProject({ account: 'somebody-else' }))).to.not.equal(till);
    expect(platformOf(buildGitHubProject({ repository: 'acme/vault' }))).to.not.equal(till);
    expect(platformOf(buildProject())).to.equal(platformOf(buildProject()));
    expect(platformOf(buildProject({ issues: '/elsewhere' }))).to.not.equal(platformOf(buildProject()));
    expect(made).to.have.length(5);
  });
});
