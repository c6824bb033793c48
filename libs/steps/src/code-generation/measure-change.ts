import type { ChangedFile } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { linesBetween } from '../tools/patch-guard.ts';
import { readNow } from './put-back.ts';

/**
 * What changed since the base, with all that is not committed yet. Of that, lines are counted without regard to their
 * order or their side, so rather too few than too many: git counts them all before a push.
 */
export async function measureChange(
  workspace: Workspace,
  baseCommit: string,
): Promise<readonly ChangedFile[]> {
  const { files: committed } = await workspace.changeSince(baseCommit);
  const touched = await workspace.changedFiles();
  const files = committed.filter(({ path }) => !touched.includes(path));
  for (const path of touched) {
    const before = (await workspace.readFileAt(baseCommit, path)) ?? '';
    const now = await readNow(workspace, path);
    const after = now.kind === 'text' ? now.text : '';
    // One that is as it was again is no change, unless nobody can tell.
    if (before !== after || now.kind === 'unreadable')
      files.push({ path, additions: linesBetween(before, after), deletions: 0 });
  }
  return files;
}
