import { testFolder } from '@tamma/testing';
import { gitPlatformContract } from '../contract.ts';
import { createLocalFixture } from './testing/local-fixture.ts';

gitPlatformContract('local', async () => createLocalFixture(await testFolder()), [
  {
    tests: 'accounts: gives no role to an account that nobody knows',
    why: 'whoever reaches the files may do anything with them',
  },
  {
    tests: 'comments: writes below a pull request as well',
    why: 'issues and pull requests are numbered apart, and only issues have comments',
  },
  {
    tests: 'comments: reacts to a comment, once however often it is told',
    why: 'a file has no reactions',
  },
  { tests: 'merging: merges by squash', why: 'a merge that leaves no merge commit is not found again' },
  { tests: 'merging: merges by rebase', why: 'a merge that leaves no merge commit is not found again' },
  { tests: 'protection: names the checks that a protected branch demands', why: 'no branch is protected' },
  { tests: 'protection: counts the reviews that a protected branch demands', why: 'no branch is protected' },
  {
    tests: 'protection: waits for a required check, then for a required review, then merges',
    why: 'no branch is protected',
  },
  {
    tests: 'checks: says what reported on a commit, and how each stands now',
    why: 'nothing reports on a commit',
  },
  {
    tests: 'checks: has neither a log nor a second run of a check that ran elsewhere',
    why: 'nothing reports on a commit',
  },
  { tests: 'reviews', why: 'nobody reviews a folder' },
]);
