import type { GitPlatform } from '@tamma/git-platform';

export interface Fences {
  /** Throws when the attempt no longer owns its task. */
  readonly assertOwner: () => Promise<void>;
  /** The same, and from then on nobody cancels: a merge cannot be taken back. */
  readonly beginMerge: () => Promise<void>;
}

/** A platform whose every effect first proves that this attempt still owns its task. Reads pass freely. */
export function fencePlatform(platform: GitPlatform, assertOwner: Fences['assertOwner']): GitPlatform {
  const fenced = async <Value>(effect: () => Promise<Value>): Promise<Value> => {
    await assertOwner();
    return effect();
  };
  return {
    name: platform.name,
    cloneUrl: platform.cloneUrl,
    listOpenIssues: () => platform.listOpenIssues(),
    readIssue: (number) => platform.readIssue(number),
    readBranch: (name) => platform.readBranch(name),
    readPullRequest: (number) => platform.readPullRequest(number),
    markIssue: (number, marks) => fenced(() => platform.markIssue(number, marks)),
    ensureComment: (number, marker, body) => fenced(() => platform.ensureComment(number, marker, body)),
    closeIssue: (number) => fenced(() => platform.closeIssue(number)),
    ensureBranch: (name, commit) => fenced(() => platform.ensureBranch(name, commit)),
    deleteBranch: (name, commit) => fenced(() => platform.deleteBranch(name, commit)),
    ensurePullRequest: (request) => fenced(() => platform.ensurePullRequest(request)),
    mergePullRequest: (request) => fenced(() => platform.mergePullRequest(request)),
  };
}
