import { type ChangedFile, type CommitRecord, TammaError } from '@tamma/domain';
import type { Change } from '../workspace.ts';
import type { Git } from './git.ts';

/** Nothing of these runs a program, follows a rename or colors. */
const DIFF = ['diff-tree', '-r', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];

export async function commitsSince(git: Git, base: string): Promise<readonly CommitRecord[]> {
  const range = `${await requireCommit(git, base)}..HEAD`;
  return readLog(git, ['--reverse', range]);
}

const HISTORY_MAX = 1_000;

/** The head and what came before it, newest first. */
export function history(git: Git, max: number): Promise<readonly CommitRecord[]> {
  return readLog(git, [`--max-count=${Math.min(Math.max(Math.trunc(max), 0), HISTORY_MAX)}`, 'HEAD']);
}

async function readLog(git: Git, what: readonly string[]): Promise<readonly CommitRecord[]> {
  const format = '--format=%H%n%an <%ae>%n%B';
  const log = await git.text(['log', '-z', '--topo-order', '--no-show-signature', format, ...what]);
  return log
    .split('\0')
    .filter((entry) => entry.trim() !== '')
    .map(parseCommit);
}

/** From `hash`, `author` and the message, a line break between. */
function parseCommit(entry: string): CommitRecord {
  const [hash = '', author = '', ...message] = entry.split('\n');
  return { hash, author, message: message.join('\n') };
}

export async function changeSince(git: Git, base: string): Promise<Change> {
  const commit = await requireCommit(git, base);
  const counts = await git.text([...DIFF, '-z', '--numstat', commit, 'HEAD']);
  const patch = await git.run([...DIFF, '-p', commit, 'HEAD']);
  const files = counts.split('\0').filter((entry) => entry !== '');
  return { files: files.map(parseCount), patch: patch.stdout.toString('utf8') };
}

/** From `added TAB deleted TAB path`; both are dashes for a binary file. */
function parseCount(entry: string): ChangedFile {
  const [additions = '', deletions = '', ...path] = entry.split('\t');
  return { path: path.join('\t'), additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
}

/** The full id of a commit this checkout has. */
export async function requireCommit(git: Git, name: string): Promise<string> {
  if (git.commits.has(name)) return name;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { exitCode, stdout } = await git.run(args, { accept: [1, 128] });
  if (exitCode === 0) return remember(git, stdout.toString('utf8').trim());
  throw new TammaError('GIT_COMMIT_MISSING', `commit ${JSON.stringify(name)} is not in this checkout`, {
    class: 'validation',
    remedy: 'Name a commit the branch descends from.',
  });
}

/** The same few commits are asked about again and again. */
const COMMITS_KNOWN_MAX = 100;

function remember(git: Git, commit: string): string {
  if (git.commits.size >= COMMITS_KNOWN_MAX) git.commits.clear();
  git.commits.add(commit);
  return commit;
}
