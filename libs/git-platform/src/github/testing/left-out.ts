import type { LeftOut } from '../../contract.ts';

/** What GitHub itself does not have, for anybody. */
export const LEFT_OUT_ON_GITHUB: readonly LeftOut[] = [
  {
    tests: 'protection: counts the reviews that a protected branch demands',
    why: 'GitHub tells that to administrators only, and the product is none',
  },
];

/** What cannot be answered from a recording; a live run has it. */
export const LEFT_OUT_OF_RECORDINGS: readonly LeftOut[] = [
  ...LEFT_OUT_ON_GITHUB,
  {
    tests: 'pull requests: opens a single one when it is asked for several times at once',
    why: 'who comes first differs from run to run',
  },
  {
    tests: 'merging: makes one merge when it is asked for several times at once',
    why: 'who comes first differs from run to run',
  },
];

/** What the package "emulate" does otherwise than GitHub, or not at all; the recordings have all of it. */
export const LEFT_OUT_OF_EMULATION: readonly LeftOut[] = [
  ...LEFT_OUT_ON_GITHUB,
  {
    tests: 'comments: lists what was written below all issues, whoever wrote it',
    why: 'it has no list of all comments',
  },
  {
    tests: 'comments: lists nothing that was last changed before the moment named',
    why: 'it has no list of all comments',
  },
  { tests: 'comments: keeps the id of a comment that is edited', why: 'it has no list of all comments' },
  { tests: 'comments: reacts to a comment, once however often it is told', why: 'it has no reactions' },
  {
    tests: 'pull requests: brings title and body of an open one up to date, and leaves a merged one alone',
    why: 'its pull requests stay at the commit they were opened at',
  },
  {
    tests: 'pull requests: shows the commit its branch points at now',
    why: 'its pull requests stay at the commit they were opened at',
  },
  {
    tests: 'pull requests: opens a single one when it is asked for several times at once',
    why: 'it opens a second one of the same branch',
  },
  {
    tests: 'pull requests: is closed when its branch is gone without a merge',
    why: 'its pull requests outlive their branch',
  },
  {
    tests: 'pull requests: refuses a head or a base that does not exist, and a head that adds nothing',
    why: 'it opens pull requests of branches that do not exist',
  },
  { tests: 'pull requests: knows whether the change still fits the base', why: 'everything fits everything' },
  {
    tests: 'pull request marks: puts labels and reviewers on one, once however often it is told',
    why: 'its pull requests are no issues',
  },
  { tests: 'pull request marks: takes nothing off it', why: 'its pull requests are no issues' },
  {
    tests:
      'pull request marks: opens a draft, makes it ready and a draft again, once however often it is told',
    why: 'it has no GraphQL',
  },
  {
    tests: 'merging: never merges another head than the one named',
    why: 'its pull requests stay at the commit they were opened at',
  },
  { tests: 'merging: refuses a conflict', why: 'everything fits everything' },
  { tests: 'merging: refuses a draft, until it is made ready', why: 'it has no GraphQL' },
  {
    tests: 'protection: waits for a required check, then for a required review, then merges',
    why: 'it has no commit statuses',
  },
  {
    tests: 'checks: knows nothing of a commit that nothing has reported on',
    why: 'it has no commit statuses',
  },
  {
    tests: 'checks: says what reported on a commit, and how each stands now',
    why: 'it has no commit statuses',
  },
  {
    tests: 'checks: has neither a log nor a second run of a check that ran elsewhere',
    why: 'it has no commit statuses',
  },
  {
    tests: 'reviews: lists reviews oldest first, with the remarks that came with them',
    why: 'it takes no remarks on lines',
  },
  { tests: 'reviews: answers a remark once, below it', why: 'it takes no remarks on lines' },
];
