import { TammaError } from '@tamma/domain';
import type { RebaseResult, Workspace } from '../workspace.ts';
import { branchReference, fetchReference } from './checkout.ts';
import { type Author, identityOf } from './commit.ts';
import type { Git } from './git.ts';
import { requireCommit } from './history.ts';
import { mergeTrees } from './merge-trees.ts';
import type { Remote } from './remote.ts';
import { type Line, replay, replayAsOne } from './replay.ts';
import { readStatus } from './tree-status.ts';

export interface Rebasing {
  readonly git: Git;
  readonly remote: Remote;
  /** Committer of what is written anew. */
  readonly author: Author;
}

const FETCHED_REFERENCE = 'refs/tamma/fetched';
/** Commits of one branch that are put onto another base; a branch with more is not the work on one issue. */
const COMMITS_MAX = 250;

export async function forkPoint(git: Git, remote: Remote, base: string): ReturnType<Workspace['forkPoint']> {
  await fetchReference(remote, await branchReference(git, base), FETCHED_REFERENCE);
  const baseCommit = await requireCommit(git, FETCHED_REFERENCE);
  const { exitCode, stdout } = await git.run(['merge-base', 'HEAD', baseCommit], { accept: [1] });
  if (exitCode === 0) return { baseCommit, forkCommit: stdout.toString('utf8').trim() };
  throw new TammaError('GIT_UNRELATED', `the branch and ${JSON.stringify(base)} have no commit in common`, {
    class: 'validation',
    remedy: 'Begin the branch anew at the base, or name the base it came from.',
  });
}

/** All is worked out before anything is moved: whatever fails, head and files stay as they were. */
export async function rebaseOnto(
  { git, remote, author }: Rebasing,
  base: string,
  began?: string,
): Promise<RebaseResult> {
  await requireClean(git);
  const head = await requireCommit(git, 'HEAD');
  const { baseCommit, forkCommit: met } = await forkPoint(git, remote, base);
  const forkCommit = began !== undefined && (await liesBetween(git, met, began)) ? began : met;
  if (forkCommit === baseCommit) return { kind: 'rebased', baseCommit, headCommit: head };
  const commits = await commitsToMove(git, [baseCommit, forkCommit]);
  const committer = await git.text(['var', 'GIT_COMMITTER_IDENT'], { env: identityOf(author) });
  const line = { commits, onto: baseCommit, committer: Buffer.from(committer, 'utf8').toString('latin1') };
  const replayed = await replay(git, line);
  if (replayed !== null) return finish(git, { head, baseCommit, headCommit: replayed });
  return rebaseWhole(git, line, { head, baseCommit, forkCommit });
}

/** Whether the branch began later than where it meets the base: then the base lost what lies between. */
async function liesBetween(git: Git, met: string, began: string): Promise<boolean> {
  const isAncestor = async (older: string, newer: string) => {
    const args = ['merge-base', '--is-ancestor', '--end-of-options', older, newer];
    // 128: a commit that is not in the checkout is not in the branch either.
    const { exitCode } = await git.run(args, { accept: [1, 128] });
    return exitCode === 0;
  };
  return (await isAncestor(met, began)) && (await isAncestor(began, 'HEAD'));
}

interface Places {
  readonly head: string;
  readonly baseCommit: string;
  readonly forkCommit: string;
}

/** Commits may conflict one by one and fit as a whole, as where a later one resolved what an earlier one broke. */
async function rebaseWhole(
  git: Git,
  line: Line,
  { head, baseCommit, forkCommit }: Places,
): Promise<RebaseResult> {
  const treeOf = (commit: string) => git.text(['rev-parse', '--verify', `${commit}^{tree}`]);
  const [origin, base, change] = await Promise.all([forkCommit, baseCommit, head].map(treeOf));
  const merged = await mergeTrees(git, { origin: origin ?? '', base: base ?? '', change: change ?? '' });
  if (merged.conflicts.length === 0) {
    return finish(git, { head, baseCommit, headCommit: await replayAsOne(git, line, merged.tree) });
  }
  await layOut(git, merged.tree);
  await git.run(['update-ref', '-m', 'rebase', 'HEAD', baseCommit, head]);
  return { kind: 'conflict', baseCommit, files: merged.conflicts };
}

/**
 * The branch's first-parent line after the base, oldest first. A merge in it stands for all that it brought in: so
 * merges are flattened, and what somebody resolved in one is kept.
 */
async function commitsToMove(git: Git, bases: readonly string[]): Promise<readonly string[]> {
  const limit = `--max-count=${COMMITS_MAX + 1}`;
  const listing = await git.text(['rev-list', '--first-parent', limit, 'HEAD', '--not', ...bases]);
  const commits = listing.split('\n').filter((hash) => hash !== '');
  if (commits.length <= COMMITS_MAX) return commits.reverse();
  throw new TammaError('GIT_BRANCH_TOO_LONG', `the branch has more than ${COMMITS_MAX} commits of its own`, {
    class: 'validation',
    remedy: 'Put it onto its base by hand.',
  });
}

async function finish(
  git: Git,
  { head, baseCommit, headCommit }: Omit<Places, 'forkCommit'> & { readonly headCommit: string },
): Promise<RebaseResult> {
  await layOut(git, headCommit);
  await git.run(['update-ref', '-m', 'rebase', 'HEAD', headCommit, head]);
  return { kind: 'rebased', baseCommit, headCommit };
}

async function layOut(git: Git, tree: string): Promise<void> {
  await git.run(['read-tree', '--reset', '-u', tree]);
}

async function requireClean(git: Git): Promise<void> {
  const { entries, others } = await readStatus(git);
  if (others.length === 0 && entries.every(({ unstaged }) => unstaged === '.')) return;
  throw new TammaError('WORKSPACE_NOT_COMMITTED', 'the checkout holds changes that are not committed', {
    class: 'validation',
    remedy: 'Commit them before the branch is put onto its base.',
  });
}
