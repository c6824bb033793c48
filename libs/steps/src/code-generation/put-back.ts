import { TammaError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';

/** A file as it lies in the tree: its text, or that it is not there, or that nobody can read it as text. */
type Now = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'missing' | 'unreadable' };

export async function readNow(workspace: Workspace, path: string): Promise<Now> {
  try {
    return { kind: 'text', text: await workspace.readFile(path) };
  } catch (thrown) {
    if (!(thrown instanceof TammaError) || thrown.class !== 'validation') throw thrown;
    return { kind: thrown.code === 'WORKSPACE_FILE_MISSING' ? 'missing' : 'unreadable' };
  }
}

/** Makes the tree what it was when it was kept, whatever was done to it since. */
export async function putAllBack(
  workspace: Workspace,
  kept: string,
  changed: readonly string[],
): Promise<void> {
  await workspace.putBack(kept, [...new Set([...changed, ...(await workspace.changedFiles())])]);
}

/** Takes back all that was changed and not committed. */
export async function discardChanges(workspace: Workspace): Promise<void> {
  await workspace.putBack(workspace.startCommit, await workspace.changedFiles());
}
