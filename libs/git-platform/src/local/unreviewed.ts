import type { GitPlatform } from '../git-platform.ts';

type Unreviewed = Pick<
  GitPlatform,
  | 'readCredential'
  | 'readRole'
  | 'react'
  | 'readProtection'
  | 'readChecks'
  | 'readCheckLog'
  | 'rerunChecks'
  | 'readReviews'
  | 'ensureReply'
>;

/** What a bare repository and a folder do not have: accounts, reactions, protected branches, checks and reviewers. */
export function createUnreviewed(): Unreviewed {
  return {
    readCredential: async () => null,
    // Whoever can reach these files may do anything with them.
    readRole: async () => 'admin',
    react: async () => {},
    readProtection: async () => ({
      requiredChecks: [],
      requiredReviews: 0,
      isStrict: false,
      hasMergeQueue: false,
    }),
    readChecks: async () => null,
    readCheckLog: async () => '',
    rerunChecks: async () => false,
    readReviews: async () => ({ reviews: [], comments: [] }),
    ensureReply: async () => {},
  };
}
