import type { Git } from '../git.ts';

export interface NewFile {
  readonly name: string;
  readonly text: string;
}

/** Adds a commit with one file to a branch, which begins at `main` when it does not exist. */
export async function commitFileTo(git: Git, branch: string, { name, text }: NewFile): Promise<string> {
  const parent = (await revision(git, branch)) ?? (await revision(git, 'main'));
  const blob = (await git(['hash-object', '-w', '--stdin'], { input: text })).stdout.trim();
  const listed = parent === null ? '' : (await git(['ls-tree', parent])).stdout;
  const others = listed.split('\n').filter((line) => line !== '' && !line.endsWith(`\t${name}`));
  const lines = [...others, `100644 blob ${blob}\t${name}`].map((line) => `${line}\n`);
  const tree = (await git(['mktree'], { input: lines.join('') })).stdout.trim();
  const parents = parent === null ? [] : ['-p', parent];
  const message = ['-m', `Change ${name}`];
  const commit = (await git(['commit-tree', tree, ...parents, ...message])).stdout.trim();
  await git(['update-ref', `refs/heads/${branch}`, commit]);
  return commit;
}

async function revision(git: Git, branch: string): Promise<string | null> {
  const asked = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`];
  const { exitCode, stdout } = await git(asked, { answers: [1] });
  return exitCode === 0 ? stdout.trim() : null;
}
