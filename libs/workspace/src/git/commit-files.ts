import type { CommitRecord } from '@tamma/domain';
import type { CommitRequest } from '../workspace.ts';
import { changesIn } from './changed-files.ts';
import { type Author, commitIndex, composeMessage, updateIndex } from './commit.ts';
import type { Git } from './git.ts';
import { withOwnIndex } from './own-index.ts';
import { segmentsOf } from './paths.ts';
import { readStatus } from './tree-status.ts';

interface Place {
  readonly git: Git;
  readonly author: Author;
  /** Where an index for this one commit may lie. */
  readonly folder: string;
}

/** Commits some of the changed files. An index of its own keeps out what else may be staged. */
export async function commitFiles(
  { git, author, folder }: Place,
  paths: readonly string[],
  request: CommitRequest,
): Promise<CommitRecord | null> {
  const message = composeMessage(request);
  const wanted = new Set(paths.map((path) => Buffer.from(segmentsOf(path).join('/')).toString('latin1')));
  const status = await readStatus(git);
  const changes = changesIn(status).filter(({ path }) => wanted.has(path));
  if (changes.length === 0) return null;
  const gone = changes.filter(({ isGone }) => isGone).map(({ path }) => path);
  const there = changes.filter(({ isGone }) => !isGone).map(({ path }) => path);
  const stage = async (env = {}) => {
    await updateIndex(git, '--force-remove', gone, env);
    await updateIndex(git, '--replace', there, env);
  };
  return withOwnIndex(folder, async (_, env) => {
    await git.run(['read-tree', 'HEAD'], { env });
    await stage(env);
    const commit = await commitIndex(git, { head: status.head, message, author, env });
    await stage();
    return commit;
  });
}
