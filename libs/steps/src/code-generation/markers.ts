import type { Workspace } from '@tamma/workspace';
import { readNow } from './put-back.ts';

/** What git leaves of a conflict at the beginning of a line. */
const MARKER = /^(?:<{7} |>{7} |\|{7} )/m;

/** The files that still hold marks of a conflict; one that is gone was resolved that way. */
export async function markersIn(workspace: Workspace, files: readonly string[]): Promise<readonly string[]> {
  const left: string[] = [];
  for (const file of files) {
    const now = await readNow(workspace, file);
    if (now.kind === 'text' && MARKER.test(now.text)) left.push(file);
  }
  return left;
}
