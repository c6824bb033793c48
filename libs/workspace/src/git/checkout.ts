import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { type Git, REMOTE_TIMEOUT_MS } from './git.ts';
import { requireCommit } from './history.ts';
import type { Layout } from './layout.ts';
import type { Remote } from './remote.ts';

/**
 * Highest of all attribute files. Without it a repository could mark its text as binary and so keep it out of
 * patches, sizes and the search for secrets.
 */
const ATTRIBUTES = '* !diff\n';

export interface CheckoutSource {
  readonly remote: Remote;
  readonly branch: string;
}

/** Fetches one branch into the empty git directory and lays it out in the tree. Returns the commit. */
export async function checkOut(git: Git, layout: Layout, source: CheckoutSource): Promise<string> {
  const reference = await branchReference(git, source.branch);
  await git.run(['init', '--quiet', '--template=', `--initial-branch=${source.branch}`]);
  await mkdir(join(layout.gitDir, 'info'), { recursive: true });
  await writeFile(join(layout.gitDir, 'info', 'attributes'), ATTRIBUTES);
  await fetchReference(source.remote, reference, reference);
  await git.run(['read-tree', '-m', '-u', 'HEAD'], { timeoutMs: REMOTE_TIMEOUT_MS });
  return requireCommit(git, 'HEAD');
}

/** Brings one reference of the host into one of ours, wherever that was before. */
export async function fetchReference(remote: Remote, theirs: string, ours: string): Promise<void> {
  const options = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head'];
  await remote.run(['fetch', ...options, '--update-head-ok', '--', remote.url, `+${theirs}:${ours}`]);
}

/** Names that no rule of git's is about. */
const PLAIN_BRANCH = /^[A-Za-z0-9_][A-Za-z0-9_-]*(?:\/[A-Za-z0-9_-]+)*$/;

/** The full name of a branch, after git agreed that it is one. */
export async function branchReference(git: Git, branch: string): Promise<string> {
  const reference = `refs/heads/${branch}`;
  if (PLAIN_BRANCH.test(branch)) return reference;
  const { exitCode } = await git.run(['check-ref-format', reference], { accept: [1] });
  if (exitCode === 0 && !branch.startsWith('-')) return reference;
  throw new TammaError('GIT_BRANCH_NAME', `${JSON.stringify(branch)} is no name for a branch`, {
    class: 'validation',
    remedy: 'Use a name that git accepts.',
  });
}
