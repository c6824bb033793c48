import type { Project } from '@tamma/contracts';
import { blockingReferences, closingReferences, type Issue, type Surroundings } from '@tamma/domain';
import type { GitPlatform, PullRequest } from '@tamma/git-platform';
import { createDuplicateFinder } from './duplicates.ts';

/** What one look at a project saw, for judging each of its issues. */
export interface Scene {
  /** The open pull requests that close an issue, lowest number first. */
  closersOf(issue: number): readonly PullRequest[];
  /** All that judging an issue takes, but for its own past. */
  around(issue: Issue): Omit<Surroundings, 'nowMs' | 'restarts'>;
}

export interface Sight {
  readonly issues: readonly Issue[];
  readonly pullRequests: readonly PullRequest[];
}

/** The open pull requests, unless the project does not care about them. */
export async function listPullRequests(
  project: Project,
  platform: Pick<GitPlatform, 'listOpenPullRequests'>,
): Promise<readonly PullRequest[]> {
  return project.eligibility.skipWithPullRequest ? platform.listOpenPullRequests() : [];
}

export function createScene({ repository }: Project, { issues, pullRequests }: Sight): Scene {
  const open = new Set(issues.map(({ number }) => number));
  const closers = closersByIssue(repository, pullRequests);
  const duplicateOf = createDuplicateFinder(issues);
  const closersOf = (issue: number) => closers.get(issue) ?? [];
  return {
    closersOf,
    around: (issue) => {
      const named = blockingReferences(issue.body, repository).filter((number) => open.has(number));
      const blockers = new Set([...issue.blockedBy, ...named].filter((number) => number !== issue.number));
      const [first] = closersOf(issue.number);
      return {
        blockers: [...blockers].toSorted((one, other) => one - other),
        pullRequest: first === undefined ? null : { number: first.number, author: first.author },
        duplicateOf: duplicateOf(issue),
      };
    },
  };
}

function closersByIssue(repository: string, pullRequests: readonly PullRequest[]) {
  const closers = new Map<number, PullRequest[]>();
  for (const one of pullRequests.toSorted((a, b) => a.number - b.number)) {
    for (const issue of closingReferences(one.body, repository)) {
      closers.set(issue, [...(closers.get(issue) ?? []), one]);
    }
  }
  return closers;
}
