import type { CommitOutline, GitPlatform, Protection } from '../git-platform.ts';
import { branchMissing } from '../platform-errors.ts';
import type { MemoryState } from './memory-state.ts';

const UNPROTECTED: Protection = {
  requiredChecks: [],
  requiredReviews: 0,
  isStrict: false,
  hasMergeQueue: false,
};

type BranchPort = Pick<
  GitPlatform,
  'readBranch' | 'ensureBranch' | 'deleteBranch' | 'listCommits' | 'readProtection'
>;

export interface MemoryBranches extends BranchPort {
  /** Makes the branch, or moves it, as a push does; null deletes it. The message is that of the commit. */
  setBranch(name: string, commit: string | null, message?: string): void;
  /** Null takes the protection away. */
  setProtection(branch: string, protection: Protection | null): void;
}

export function createMemoryBranches(state: MemoryState): MemoryBranches {
  const { branches, protections } = state;
  return {
    readBranch: async (name) => branches.get(name) ?? null,
    ensureBranch: async (name, commit) => {
      const present = branches.get(name) ?? commit;
      branches.set(name, present);
      return present;
    },
    deleteBranch: async (name, commit) => {
      if (branches.get(name) === commit) branches.delete(name);
      return !branches.has(name);
    },
    listCommits: async (branch, limit) => listCommits(state, branch, limit),
    readProtection: async (branch) => protections.get(branch) ?? UNPROTECTED,
    setBranch: (name, commit, message = `Commit ${commit}`) => {
      if (commit === null) branches.delete(name);
      else moveBranch(state, name, { hash: commit, message });
    },
    setProtection: (branch, protection) => {
      if (protection === null) protections.delete(branch);
      else protections.set(branch, protection);
    },
  };
}

/** A commit that is new stands on what the branch held before, or on the default branch. */
export function moveBranch(state: MemoryState, name: string, { hash, message }: CommitOutline): void {
  const { branches, commits, facts } = state;
  const parent = branches.get(name) ?? branches.get(facts.repository.defaultBranch) ?? null;
  if (!commits.has(hash)) commits.set(hash, { message, parent });
  branches.set(name, hash);
}

function listCommits(
  { branches, commits }: MemoryState,
  branch: string,
  limit: number,
): readonly CommitOutline[] {
  const listed: CommitOutline[] = [];
  let hash = branches.get(branch) ?? null;
  if (hash === null) throw branchMissing(branch);
  while (hash !== null && listed.length < limit) {
    const commit = commits.get(hash);
    listed.push({ hash, message: commit?.message ?? '' });
    hash = commit?.parent ?? null;
  }
  return listed;
}
