import type { Workspace } from '@tamma/workspace';
import type { CallGuard } from './call-guard.ts';

/** A checkout whose fetches and pushes go through the circuit of its platform; all else happens on this machine. */
export function guardWorkspace(workspace: Workspace, service: string, guard: CallGuard): Workspace {
  return {
    root: workspace.root,
    startCommit: workspace.startCommit,
    listFiles: () => workspace.listFiles(),
    readFile: (path) => workspace.readFile(path),
    writeFile: (path, text) => workspace.writeFile(path, text),
    removeFile: (path) => workspace.removeFile(path),
    search: (text) => workspace.search(text),
    run: (request) => workspace.run(request),
    commit: (request) => workspace.commit(request),
    commitsSince: (base) => workspace.commitsSince(base),
    changeSince: (base) => workspace.changeSince(base),
    findSecrets: (base) => workspace.findSecrets(base),
    forkPoint: (base) => guard.call({ service, operation: 'fetch' }, () => workspace.forkPoint(base)),
    rebase: (base, began) => guard.call({ service, operation: 'fetch' }, () => workspace.rebase(base, began)),
    push: (branch, expected) =>
      guard.call({ service, operation: 'push' }, () => workspace.push(branch, expected)),
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}
