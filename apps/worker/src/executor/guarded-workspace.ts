import type { GitPlatform } from '@tamma/git-platform';
import type { Workspace } from '@tamma/workspace';
import type { CallGuard } from './call-guard.ts';
import { askHost } from './refused-git.ts';

/** A checkout whose fetches and pushes go through the circuit of its platform; all else happens on this machine. */
export function guardWorkspace(
  workspace: Workspace,
  platform: Pick<GitPlatform, 'name' | 'readRepository' | 'readBranch'>,
  guard: CallGuard,
): Workspace {
  const reach = <Value>(operation: string, branch: string, make: () => Promise<Value>): Promise<Value> =>
    guard.call({ service: platform.name, operation }, () => askHost(platform, branch, make));
  return {
    root: workspace.root,
    startCommit: workspace.startCommit,
    listFiles: () => workspace.listFiles(),
    readFile: (path) => workspace.readFile(path),
    writeFile: (path, text) => workspace.writeFile(path, text),
    removeFile: (path) => workspace.removeFile(path),
    search: (wanted) => workspace.search(wanted),
    run: (request) => workspace.run(request),
    readFileAt: (commit, path) => workspace.readFileAt(commit, path),
    history: (max) => workspace.history(max),
    changedFiles: () => workspace.changedFiles(),
    fingerprint: () => workspace.fingerprint(),
    keepTree: () => workspace.keepTree(),
    putBack: (from, paths) => workspace.putBack(from, paths),
    commitFiles: (paths, request) => workspace.commitFiles(paths, request),
    commit: (request) => workspace.commit(request),
    commitsSince: (base) => workspace.commitsSince(base),
    changeSince: (base) => workspace.changeSince(base),
    findSecrets: (base) => workspace.findSecrets(base),
    forkPoint: (base) => reach('fetch', base, () => workspace.forkPoint(base)),
    rebase: (base, began) => reach('fetch', base, () => workspace.rebase(base, began)),
    push: (branch, expected) => reach('push', branch, () => workspace.push(branch, expected)),
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}
