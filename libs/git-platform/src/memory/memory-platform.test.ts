import { gitPlatformContract, type PlatformFixture } from '../contract.ts';
import { createMemoryPlatform } from './index.ts';

function createFixture(): PlatformFixture {
  const platform = createMemoryPlatform({ account: 'tamma' });
  platform.setBranch('main', 'commit-0');
  let commits = 0;
  const commit = async (branch: string) => {
    commits += 1;
    platform.setBranch(branch, `commit-${commits}`);
    return `commit-${commits}`;
  };
  return {
    platform,
    account: 'tamma',
    addIssue: async (issue) => platform.addIssue(issue),
    addComment: async (issue, comment) => platform.addComment(issue, comment),
    readComments: async (issue) => platform.readComments(issue),
    commit,
    commitConflict: async (branch) => {
      platform.setMergeRefusal(branch, { why: 'conflict', detail: 'conflict.txt' });
      return await commit(branch);
    },
    closePullRequest: async (number) => platform.closePullRequest(number),
    [Symbol.asyncDispose]: async () => {},
  };
}

gitPlatformContract('memory', async () => createFixture());
