import type { SandboxKind, Workspace, Workspaces } from '@tamma/workspace';

export interface FakeWorkspaces extends Workspaces {
  /** Branches that were opened, in order. */
  readonly opened: readonly string[];
  /** Branches whose checkout was removed. */
  readonly removed: readonly string[];
}

export interface FakeWorkspacesOptions {
  readonly sandbox?: SandboxKind;
  /** Holds every checkout up until it resolves. */
  readonly clone?: Promise<void>;
}

/** Checkouts that hold nothing: for tests of what becomes of them. */
export function fakeWorkspaces({ sandbox = 'none', clone }: FakeWorkspacesOptions = {}): FakeWorkspaces {
  const opened: string[] = [];
  const removed: string[] = [];
  return {
    sandbox,
    limits: 'none',
    opened,
    removed,
    open: async ({ branch }) => {
      opened.push(branch);
      await clone;
      return fakeWorkspace(() => removed.push(branch));
    },
    sweep: async () => 0,
  };
}

function fakeWorkspace(onRemove: () => void): Workspace {
  const nothing = () => Promise.reject(new Error('this checkout holds nothing'));
  return {
    root: 'nowhere',
    startCommit: 'start',
    listFiles: nothing,
    readFile: nothing,
    writeFile: nothing,
    removeFile: nothing,
    search: nothing,
    run: nothing,
    readFileAt: nothing,
    history: nothing,
    changedFiles: nothing,
    fingerprint: nothing,
    keepTree: nothing,
    putBack: nothing,
    commitFiles: nothing,
    commit: nothing,
    commitsSince: nothing,
    changeSince: nothing,
    findSecrets: nothing,
    forkPoint: nothing,
    rebase: nothing,
    push: nothing,
    [Symbol.asyncDispose]: async () => onRemove(),
  };
}
