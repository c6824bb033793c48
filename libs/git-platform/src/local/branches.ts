import { TammaError } from '@tamma/domain';
import type { CommitOutline } from '../git-platform.ts';
import { branchMissing } from '../platform-errors.ts';
import type { Git } from './git.ts';

const COMMIT_ID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them, and a line feed would begin a new command
const FORBIDDEN_IN_REF = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|^[./-]|[./]$/;

/** The full ref of a branch. Refuses what git would, before it could mean something else in a list of commands. */
export function branchRef(name: string): string {
  if (name !== '' && !FORBIDDEN_IN_REF.test(name)) return `refs/heads/${name}`;
  throw new TammaError('BRANCH_NAME_INVALID', `${JSON.stringify(name)} is not a branch name`, {
    class: 'validation',
    remedy: 'Use letters, digits, dashes, dots and single slashes.',
  });
}

export async function readBranch(git: Git, name: string): Promise<string | null> {
  return await readRef(git, branchRef(name));
}

export async function ensureBranch(git: Git, name: string, commit: string): Promise<string> {
  await requireCommit(git, commit);
  const present = await readBranch(git, name);
  if (present !== null) return present;
  const isCreated = await createRef(git, branchRef(name), commit);
  return isCreated ? commit : ((await readBranch(git, name)) ?? commit);
}

/** True when this call created the ref, false when it exists already. */
export async function createRef(git: Git, ref: string, commit: string): Promise<boolean> {
  try {
    // The empty old value: git creates the ref only if nobody else did meanwhile.
    await git(['update-ref', ref, commit, '']);
    return true;
  } catch (error) {
    if ((await readRef(git, ref)) === null) throw error;
    return false;
  }
}

export async function deleteBranch(git: Git, name: string, commit: string): Promise<boolean> {
  const present = await readBranch(git, name);
  if (present !== commit) return present === null;
  try {
    await git(['update-ref', '-d', branchRef(name), commit]);
    return true;
  } catch (error) {
    const left = await readBranch(git, name);
    if (left === commit) throw error;
    return left === null;
  }
}

/** Newest first, at most `limit`. */
export async function listCommits(git: Git, branch: string, limit: number): Promise<CommitOutline[]> {
  const commit = await readBranch(git, branch);
  if (commit === null) throw branchMissing(branch);
  const format = '--format=%H%n%B';
  const { stdout } = await git(['log', '-z', format, `--max-count=${limit}`, '--no-show-signature', commit]);
  const records = stdout.split('\0').filter((record) => record !== '');
  return records.map((record) => {
    const end = record.indexOf('\n');
    return { hash: record.slice(0, end), message: record.slice(end + 1).trim() };
  });
}

/** The branch that a clone begins with. */
export async function readDefaultBranch(git: Git): Promise<string> {
  const { stdout } = await git(['symbolic-ref', '--short', 'HEAD']);
  return stdout.trim();
}

export async function isAncestor(git: Git, ancestor: string, descendant: string): Promise<boolean> {
  const { exitCode } = await git(['merge-base', '--is-ancestor', ancestor, descendant], { answers: [1] });
  return exitCode === 0;
}

export async function hasCommit(git: Git, commit: string): Promise<boolean> {
  if (!COMMIT_ID.test(commit)) return false;
  const { exitCode } = await git(['rev-parse', '--verify', '--quiet', `${commit}^{commit}`], {
    answers: [1, 128],
  });
  return exitCode === 0;
}

async function readRef(git: Git, ref: string): Promise<string | null> {
  const { exitCode, stdout } = await git(['rev-parse', '--verify', '--quiet', ref], { answers: [1] });
  return exitCode === 0 ? stdout.trim() : null;
}

async function requireCommit(git: Git, commit: string): Promise<void> {
  if (await hasCommit(git, commit)) return;
  // An absent repository answers like an absent commit; asking for its kind tells them apart.
  await git(['rev-parse', '--is-bare-repository']);
  throw new TammaError('COMMIT_MISSING', `the repository holds no commit ${JSON.stringify(commit)}`, {
    class: 'validation',
    remedy: 'Name the full id of a commit that was pushed.',
  });
}
