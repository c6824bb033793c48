import { branchNameOf, closingReferences, isAtLeast } from '@tamma/domain';
import type { GitPlatform, PullRequest } from '@tamma/git-platform';
import type { OpenClaim } from '@tamma/store';

/** The pull request by which somebody who may steer work here solves a claimed issue themselves; null when none does. */
export async function findSolver(
  platform: Pick<GitPlatform, 'readRole'>,
  { head }: Pick<OpenClaim, 'head'>,
  open: readonly PullRequest[],
): Promise<PullRequest | null> {
  const { project, issue } = head;
  if (!project.eligibility.skipWithPullRequest) return null;
  for (const one of open) {
    if (isOurs(one, head) || !closingReferences(one.body, project.repository).includes(issue.number))
      continue;
    if (isAtLeast(await platform.readRole(one.author), project.people.operate)) return one;
  }
  return null;
}

/** From the workflow's own branch, whoever opened it; or of our account, from a branch of this issue. */
function isOurs(one: PullRequest, { workflowId, issue, project }: OpenClaim['head']): boolean {
  if (one.isFromFork) return false;
  if (one.head === branchNameOf(issue.number, issue.title, workflowId)) return true;
  const isOfOurAccount = one.author.toLowerCase() === project.account.toLowerCase();
  return isOfOurAccount && one.head.startsWith(`tamma/issue-${issue.number}-`);
}
