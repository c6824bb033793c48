import { TammaError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';

/** What git leaves of a conflict at the beginning of a line. */
const MARKER = /^(?:<{7} |>{7} |\|{7} )/m;

/** The files that still hold marks of a conflict; one that is gone was resolved that way. */
export async function markersIn(workspace: Workspace, files: readonly string[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const file of files) if (MARKER.test(await readIfThere(workspace, file))) left.push(file);
  return left;
}

async function readIfThere(workspace: Workspace, file: string): Promise<string> {
  try {
    return await workspace.readFile(file);
  } catch (thrown) {
    if (thrown instanceof TammaError && thrown.code === 'WORKSPACE_FILE_MISSING') return '';
    throw thrown;
  }
}
