import type { CommitOutline } from '@tamma/git-platform';

/** A commit that takes back what was merged. */
export interface Revert {
  readonly revertCommit: string;
  /** The commits it says it takes back. */
  readonly commits: readonly string[];
  /** Numbers of the pull requests it says it takes back. */
  readonly pullRequests: readonly number[];
}

/** Longest message that is read, in characters. */
const MESSAGE_MAX = 10_000;

/**
 * The commits that still take something back, out of a branch's latest ones, newest first: one that was taken back
 * itself does not. Only lines of their own count, in the words of git and of GitHub.
 */
export function findReverts(commits: readonly CommitOutline[], repository: string): readonly Revert[] {
  const undone = new Set<string | number>();
  const reverts: Revert[] = [];
  for (const { hash, message } of commits) {
    const revert = readRevert(hash, message.slice(0, MESSAGE_MAX), repository);
    if (revert === null || undone.has(hash) || undone.has(pullRequestOf(message))) continue;
    for (const one of [...revert.commits, ...revert.pullRequests]) undone.add(one);
    reverts.push(revert);
  }
  return reverts;
}

/** What GitHub writes behind the title of a squashed change; NaN where there is none, which is never taken back. */
function pullRequestOf(message: string): number {
  const [title = ''] = message.slice(0, MESSAGE_MAX).split('\n');
  return Number(/\(#(\d{1,9})\)\s*$/.exec(title)?.[1] ?? Number.NaN);
}

function readRevert(revertCommit: string, message: string, repository: string): Revert | null {
  const commits = [...message.matchAll(/^This reverts commit ([0-9a-f]{40})\b/gim)].map(([, hash = '']) =>
    hash.toLowerCase(),
  );
  const named = [...message.matchAll(/^Reverts ([\w.-]+\/[\w.-]+)?#(\d{1,9})\b/gim)];
  const pullRequests = named
    .filter(([, place]) => place === undefined || place.toLowerCase() === repository.toLowerCase())
    .map(([, , number]) => Number(number));
  return commits.length + pullRequests.length === 0 ? null : { revertCommit, commits, pullRequests };
}
