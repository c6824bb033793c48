import { toError } from '@tamma/domain';
import { accountTests } from './contract/accounts.ts';
import { branchTests } from './contract/branches.ts';
import { checkTests } from './contract/checks.ts';
import { commentTests } from './contract/comments.ts';
import type { CreateFixture, GroupOfTests, PlatformFixture } from './contract/fixture.ts';
import { issueTests } from './contract/issues.ts';
import { type LeftOut, leaveOut } from './contract/left-out.ts';
import { mergeTests } from './contract/merging.ts';
import { protectionTests } from './contract/protection.ts';
import { markTests } from './contract/pull-request-marks.ts';
import { pullRequestTests } from './contract/pull-requests.ts';
import { reviewTests } from './contract/reviews.ts';

export * from './contract/fixture.ts';
export type { LeftOut } from './contract/left-out.ts';

/** An adapter may start several processes for one call, on a busy machine. */
const TIMEOUT_MS = 20_000;

const GROUPS: Readonly<Record<string, GroupOfTests>> = {
  accounts: accountTests,
  issues: issueTests,
  comments: commentTests,
  branches: branchTests,
  'pull requests': pullRequestTests,
  'pull request marks': markTests,
  merging: mergeTests,
  protection: protectionTests,
  checks: checkTests,
  reviews: reviewTests,
};

/**
 * Registers the tests every adapter of the port must pass, each with a fixture of its own, made for `group: title`.
 * What is left out is printed with its reason; leaving out what does not exist is an error.
 */
export function gitPlatformContract(
  name: string,
  create: CreateFixture,
  leftOut: readonly LeftOut[] = [],
): void {
  const { reasonFor, report } = leaveOut(leftOut);
  describe(`git platform contract: ${name}`, function () {
    this.timeout(TIMEOUT_MS);
    for (const [group, register] of Object.entries(GROUPS)) {
      describe(group, () => {
        register((title, run) => {
          const test = `${group}: ${title}`;
          if (reasonFor(group, test) !== null) return;
          it(title, async () => {
            await runOn(await create(test), run);
          });
        });
      });
    }
    const lines = report();
    after(() => {
      for (const line of lines) process.stdout.write(`    left out of ${name}: ${line}\n`);
    });
  });
}

/** A fixture may find at its end what the test did not see; neither may hide the other. */
async function runOn(
  fixture: PlatformFixture,
  run: (fixture: PlatformFixture) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const collect = async (work: () => PromiseLike<void>) => {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    }
  };
  await collect(() => run(fixture));
  await collect(() => fixture[Symbol.asyncDispose]());
  if (errors.length > 1) {
    throw new AggregateError(errors, errors.map((error) => toError(error).message).join('; then '));
  }
  for (const error of errors) throw error;
}
