import type { GitPlatform } from './git-platform.ts';

/** What a platform can be asked to do; all else about it is plain facts. */
export type PlatformOperation = Exclude<keyof GitPlatform, 'name' | 'cloneUrl'>;

/** Makes one call of a platform, or does not. */
export type AroundCall = <Value>(operation: PlatformOperation, make: () => Promise<Value>) => Promise<Value>;

/** Calls that change nothing there. By the convention of the port: everything else is an effect. */
export function isRead(operation: PlatformOperation): boolean {
  return operation.startsWith('read') || operation.startsWith('list');
}

/** The same platform, each of its calls made by `around`. */
export function wrapPlatform(platform: GitPlatform, around: AroundCall): GitPlatform {
  const wrap =
    <Arguments extends unknown[], Value>(
      operation: PlatformOperation,
      call: (...args: Arguments) => Promise<Value>,
    ) =>
    (...args: Arguments): Promise<Value> =>
      around(operation, () => call.apply(platform, args));
  return {
    name: platform.name,
    cloneUrl: platform.cloneUrl,
    readCredential: wrap('readCredential', platform.readCredential),
    readRepository: wrap('readRepository', platform.readRepository),
    readRole: wrap('readRole', platform.readRole),
    listOpenIssues: wrap('listOpenIssues', platform.listOpenIssues),
    readIssue: wrap('readIssue', platform.readIssue),
    markIssue: wrap('markIssue', platform.markIssue),
    closeIssue: wrap('closeIssue', platform.closeIssue),
    reopenIssue: wrap('reopenIssue', platform.reopenIssue),
    listComments: wrap('listComments', platform.listComments),
    listIssueComments: wrap('listIssueComments', platform.listIssueComments),
    ensureComment: wrap('ensureComment', platform.ensureComment),
    react: wrap('react', platform.react),
    readBranch: wrap('readBranch', platform.readBranch),
    ensureBranch: wrap('ensureBranch', platform.ensureBranch),
    deleteBranch: wrap('deleteBranch', platform.deleteBranch),
    listCommits: wrap('listCommits', platform.listCommits),
    readProtection: wrap('readProtection', platform.readProtection),
    listOpenPullRequests: wrap('listOpenPullRequests', platform.listOpenPullRequests),
    ensurePullRequest: wrap('ensurePullRequest', platform.ensurePullRequest),
    readPullRequest: wrap('readPullRequest', platform.readPullRequest),
    markPullRequest: wrap('markPullRequest', platform.markPullRequest),
    setDraft: wrap('setDraft', platform.setDraft),
    closePullRequest: wrap('closePullRequest', platform.closePullRequest),
    mergePullRequest: wrap('mergePullRequest', platform.mergePullRequest),
    readChecks: wrap('readChecks', platform.readChecks),
    readCheckLog: wrap('readCheckLog', platform.readCheckLog),
    rerunChecks: wrap('rerunChecks', platform.rerunChecks),
    readReviews: wrap('readReviews', platform.readReviews),
    ensureReply: wrap('ensureReply', platform.ensureReply),
  };
}
