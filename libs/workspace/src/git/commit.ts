import { type CommitRecord, TammaError } from '@tamma/domain';
import type { CommitRequest } from '../workspace.ts';
import type { Git } from './git.ts';
import { fields, readStatus, type TreeStatus } from './tree-status.ts';

export interface Author {
  readonly name: string;
  readonly email: string;
}

const SUBMODULE_MODE = '160000';

/**
 * Commits with plumbing alone. `git add` and `git commit` would look into repositories that a command made inside
 * the tree, and run the programs that their configuration names.
 */
export async function commitAll(git: Git, request: CommitRequest, author: Author) {
  const message = composeMessage(request);
  const status = await readStatus(git);
  await stageEverything(git, status);
  return commitIndex(git, { head: status.head, message, author });
}

interface IndexCommit {
  /** The commit that the head is. */
  readonly head: string;
  readonly message: string;
  readonly author: Author;
  /** May name another index. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes a commit of what the index holds; null when that is what the head holds. */
export async function commitIndex(
  git: Git,
  { head, message, author, env = {} }: IndexCommit,
): Promise<CommitRecord | null> {
  const staged = await listStaged(git, head, env);
  if (staged.length === 0) return null;
  refuseNewSubmodules(staged);
  const tree = await git.text(['write-tree'], { env });
  const args = ['commit-tree', tree, '-p', head, '-F', '-'];
  const hash = await git.text(args, { input: message, env: identityOf(author) });
  await git.run(['update-ref', '-m', 'commit', 'HEAD', hash, head]);
  return { hash, message, author: `${author.name} <${author.email}>` };
}

async function stageEverything(git: Git, { entries, others }: TreeStatus): Promise<void> {
  const repository = others.find((name) => name.endsWith('/'));
  if (repository !== undefined) throw nestedRepository(repository);
  const changed = entries.filter(({ unstaged }) => unstaged !== '.');
  const pathsOf = (isGone: boolean) =>
    changed.filter(({ inTree }) => inTree !== isGone).map(({ path }) => path);
  await updateIndex(git, '--force-remove', pathsOf(true));
  await updateIndex(git, '--replace', [...pathsOf(false), ...others]);
}

export async function updateIndex(
  git: Git,
  how: '--force-remove' | '--replace',
  paths: readonly string[],
  env = {},
) {
  if (paths.length === 0) return;
  const input = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
  await git.run(['update-index', '--add', '--remove', how, '-z', '--stdin'], { input, env });
}

/** How the index differs from the head: from alternating `:mode mode hash hash letter` and paths. */
async function listStaged(
  git: Git,
  head: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', head];
  return fields((await git.run(args, { env })).stdout);
}

/** A file that was replaced by a repository shows only once it is in the index. Paths may look like anything. */
function refuseNewSubmodules(staged: readonly string[]): void {
  const at = staged.findIndex((field, index) => isEntry(index) && field.split(' ')[1] === SUBMODULE_MODE);
  if (at >= 0) throw nestedRepository(staged[at + 1] ?? '');
}

/** Entries and their paths alternate. */
function isEntry(index: number): boolean {
  return index % 2 === 0;
}

function nestedRepository(path: string): TammaError {
  const named = JSON.stringify(Buffer.from(path, 'latin1').toString('utf8'));
  return new TammaError(
    'WORKSPACE_NESTED_REPOSITORY',
    `${named} is a git repository of its own, so its files cannot be committed`,
    { class: 'model', remedy: 'Remove its .git folder, or let .gitignore name it.' },
  );
}

export function composeMessage({ message, trailers }: CommitRequest): string {
  const body = message.trim();
  if (body === '' || body.includes('\0')) throw badMessage('the message is empty or holds a NUL character');
  const lines = Object.entries(trailers).map(([key, value]) => trailerLine(key, value));
  return lines.length === 0 ? `${body}\n` : `${body}\n\n${lines.join('\n')}\n`;
}

function trailerLine(key: string, value: string): string {
  if (!/^[A-Za-z0-9-]+$/.test(key)) throw badMessage(`${JSON.stringify(key)} is no key for a trailer`);
  return `${key}: ${value.replaceAll(/[\s\0]+/g, ' ').trim()}`;
}

function badMessage(why: string): TammaError {
  return new TammaError('WORKSPACE_COMMIT_MESSAGE', `the commit was not made: ${why}`, {
    class: 'validation',
    remedy: 'Give a message of at least one line, and trailers with keys of letters, digits and dashes.',
  });
}

export function identityOf({ name, email }: Author): Record<string, string> {
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}
