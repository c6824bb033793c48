import { branchTests } from './contract/branches.ts';
import { commentTests } from './contract/comments.ts';
import type { CreateFixture } from './contract/fixture.ts';
import { issueTests } from './contract/issues.ts';
import { mergeTests } from './contract/merging.ts';
import { pullRequestTests } from './contract/pull-requests.ts';

export { type PlatformFixture, refusalOf, type SeenComment } from './contract/fixture.ts';

/** An adapter may start several processes for one call, on a busy machine. */
const TIMEOUT_MS = 20_000;

/** Registers the tests every adapter of the port must pass. */
export function gitPlatformContract(name: string, create: CreateFixture): void {
  describe(`git platform contract: ${name}`, function () {
    this.timeout(TIMEOUT_MS);
    describe('issues', () => issueTests(create));
    describe('comments', () => commentTests(create));
    describe('branches', () => branchTests(create));
    describe('pull requests', () => pullRequestTests(create));
    describe('merging', () => mergeTests(create));
  });
}
