import { link, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import { errorCode } from './error-code.ts';
import type { Git } from './git.ts';
import { withOwnIndex } from './own-index.ts';

/** Git looks into no repository that a command left in the tree. */
const REFRESH = ['update-index', '-q', '--ignore-submodules', '--refresh'];
const DIFFERS = 1;

/**
 * Notes in the index when files were last written. A command that only touched them would else have git read them all
 * again at every look, since looks write nothing. Nothing else may write the tree or the index meanwhile.
 */
export async function refreshIndex(git: Git, gitDir: string, signal: AbortSignal): Promise<void> {
  const index = join(gitDir, 'index');
  try {
    await withOwnIndex(gitDir, async (own, env) => {
      // A second name, not a copy: git compares times of files with that of their index.
      await link(index, own);
      await git.run(REFRESH, { accept: [DIFFERS], env, signal });
      await rename(own, index);
    });
  } catch (error) {
    // Looks are slow without it and just as right; what is wrong with the index they tell themselves.
    if (!(error instanceof TammaError) && errorCode(error) === undefined) throw error;
  }
}
