import { TammaError } from '@tamma/domain';
import { changesIn } from './changed-files.ts';
import { updateIndex } from './commit.ts';
import { removeOneFile } from './files.ts';
import type { Git } from './git.ts';
import type { Layout } from './layout.ts';
import { withOwnIndex } from './own-index.ts';
import { segmentsOf } from './paths.ts';
import { fields, readStatus } from './tree-status.ts';

interface Place {
  readonly git: Git;
  readonly layout: Pick<Layout, 'tree' | 'gitDir'>;
}

/** Writes what lies in the tree into git as it is, with modes, links and bytes of any kind; no index of ours changes. */
export function keepTree({ git, layout }: Place): Promise<string> {
  return withOwnIndex(layout.gitDir, async (_, env) => {
    await git.run(['read-tree', 'HEAD'], { env });
    const changes = changesIn(await readStatus(git));
    const pathsOf = (isGone: boolean) =>
      changes.filter((one) => one.isGone === isGone).map(({ path }) => path);
    await updateIndex(git, '--force-remove', pathsOf(true), env);
    await updateIndex(git, '--replace', pathsOf(false), env);
    return git.text(['write-tree'], { env });
  });
}

/** What the tree or commit does not have is removed before the rest is laid out: a folder may have become a file. */
export async function putBack({ git, layout }: Place, from: string, paths: readonly string[]): Promise<void> {
  const wanted = paths.map((path) => segmentsOf(path).join('/'));
  await withOwnIndex(layout.gitDir, async (_, env) => {
    await git.run(['read-tree', '--end-of-options', `${from}^{tree}`], { env });
    const known = new Set(fields((await git.run(['ls-files', '-z'], { env })).stdout));
    const there = wanted.filter((path) => known.has(latin1(path)));
    for (const path of wanted) if (!known.has(latin1(path))) await removeIfAny(layout.tree, path);
    const input = Buffer.from(there.map((path) => `${path}\0`).join(''));
    await git.run(['checkout-index', '--force', '-z', '--stdin'], { input, env });
  });
}

/** Names are bytes to git. */
function latin1(path: string): string {
  return Buffer.from(path).toString('latin1');
}

async function removeIfAny(root: string, path: string): Promise<void> {
  try {
    await removeOneFile(root, path);
  } catch (error) {
    // Gone, or something that lies in another place by now: either way it is not there.
    if (!(error instanceof TammaError) || error.class !== 'validation') throw error;
  }
}
