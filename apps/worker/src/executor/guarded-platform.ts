import type { GitPlatform } from '@tamma/git-platform';
import type { CallGuard } from './call-guard.ts';

/**
 * A platform each of whose calls goes through its circuit, and is tried again when the network is in trouble. A merge is
 * begun only when it is known that it may be made: from then on nobody cancels, however long the platform is away.
 */
export function guardPlatform(
  platform: GitPlatform,
  guard: CallGuard,
  beginMerge?: () => Promise<void>,
): GitPlatform {
  const service = platform.name;
  const guarded = <Value>(operation: keyof GitPlatform, make: () => Promise<Value>): Promise<Value> =>
    guard.call({ service, operation }, make);
  return {
    name: platform.name,
    cloneUrl: platform.cloneUrl,
    listOpenIssues: () => guarded('listOpenIssues', () => platform.listOpenIssues()),
    readIssue: (number) => guarded('readIssue', () => platform.readIssue(number)),
    readBranch: (name) => guarded('readBranch', () => platform.readBranch(name)),
    readPullRequest: (number) => guarded('readPullRequest', () => platform.readPullRequest(number)),
    markIssue: (number, marks) => guarded('markIssue', () => platform.markIssue(number, marks)),
    ensureComment: (number, marker, body) =>
      guarded('ensureComment', () => platform.ensureComment(number, marker, body)),
    closeIssue: (number) => guarded('closeIssue', () => platform.closeIssue(number)),
    ensureBranch: (name, commit) => guarded('ensureBranch', () => platform.ensureBranch(name, commit)),
    deleteBranch: (name, commit) => guarded('deleteBranch', () => platform.deleteBranch(name, commit)),
    ensurePullRequest: (request) => guarded('ensurePullRequest', () => platform.ensurePullRequest(request)),
    mergePullRequest: (request) =>
      guard.call({ service, operation: 'mergePullRequest', ...(beginMerge && { before: beginMerge }) }, () =>
        platform.mergePullRequest(request),
      ),
  };
}
