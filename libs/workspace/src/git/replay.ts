import { type CommitObject, messageOf, readCommit, writeCommit } from './commit-object.ts';
import type { Git } from './git.ts';
import { mergeTrees } from './merge-trees.ts';

export interface Line {
  /** Oldest first, each the first parent of the next. */
  readonly commits: readonly string[];
  readonly onto: string;
  /** `Name <address> seconds zone`. */
  readonly committer: string;
}

/** Copies each commit onto the one before; returns the last copy, null when one of them conflicts. */
export async function replay(git: Git, { commits, onto, committer }: Line): Promise<string | null> {
  let tip = await readCommit(git, onto);
  for (const hash of commits) {
    const commit = await readCommit(git, hash);
    const tree = await treeOnTop(git, commit, tip);
    if (tree === null) return null;
    // Nothing is left of a commit whose change the base has already.
    if (tree === tip.tree) continue;
    const copy = { ...commit, tree, parents: [tip.hash] };
    tip = { ...copy, hash: await writeCommit(git, { ...copy, committer }) };
  }
  return tip.hash;
}

async function treeOnTop(git: Git, commit: CommitObject, tip: CommitObject): Promise<string | null> {
  const [parent] = commit.parents;
  const origin = parent === undefined ? await emptyTree(git) : (await readCommit(git, parent)).tree;
  const { tree, conflicts } = await mergeTrees(git, { origin, base: tip.tree, change: commit.tree });
  return conflicts.length === 0 ? tree : null;
}

function emptyTree(git: Git): Promise<string> {
  return git.text(['hash-object', '-t', 'tree', '-w', '--stdin']);
}

/** One commit for them all: the author and date of the latest, the messages of each. */
export async function replayAsOne(git: Git, line: Line, tree: string): Promise<string> {
  const commits = await Promise.all(line.commits.map((hash) => readCommit(git, hash)));
  const last = commits.at(-1);
  const { tree: before } = await readCommit(git, line.onto);
  if (last === undefined || tree === before) return line.onto;
  const messages = commits.map((commit) => messageOf(commit).trim());
  const headers = last.rest.slice(0, last.rest.length - messageOf(last).length);
  const rest = `${headers}${messages.join('\n\n')}\n`;
  return writeCommit(git, {
    tree,
    parents: [line.onto],
    author: last.author,
    committer: line.committer,
    rest,
  });
}
