import { type CommitRecord, TammaError } from '@tamma/domain';
import type { CommitRequest } from '../workspace.ts';
import type { Git } from './git.ts';

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
  await stageEverything(git);
  return commitIndex(git, message, author);
}

/** Makes a commit of what the index holds; null when that is what the head holds. `env` may name another index. */
export async function commitIndex(git: Git, message: string, author: Author, env = {}) {
  const head = await git.text(['rev-parse', '--verify', 'HEAD^{commit}']);
  const tree = await git.text(['write-tree'], { env });
  if (tree === (await git.text(['rev-parse', '--verify', 'HEAD^{tree}']))) return null;
  await refuseNewSubmodules(git, env);
  const identity = identityOf(author);
  const args = ['commit-tree', tree, '-p', head, '-F', '-'];
  const hash = await git.text(args, { input: message, env: identity });
  await git.run(['update-ref', '-m', 'commit', 'HEAD', hash, head]);
  return { hash, message, author: `${author.name} <${author.email}>` } satisfies CommitRecord;
}

async function stageEverything(git: Git): Promise<void> {
  const changed = await git.run(['diff-files', '-z', '--name-status', '--ignore-submodules=all']);
  const others = await git.run(['ls-files', '-z', '--others', '--exclude-standard']);
  const { deleted, present } = splitChanges(fields(changed.stdout));
  const added = fields(others.stdout);
  const repository = added.find((name) => name.endsWith('/'));
  if (repository !== undefined) throw nestedRepository(repository);
  await updateIndex(git, '--force-remove', deleted);
  await updateIndex(git, '--replace', [...present, ...added]);
}

/** Names are bytes to git; Latin-1 takes any byte there and back. */
export function fields(listing: Buffer): readonly string[] {
  return listing
    .toString('latin1')
    .split('\0')
    .filter((field) => field !== '');
}

/** From alternating status letters and paths. */
function splitChanges(changes: readonly string[]) {
  const deleted: string[] = [];
  const present: string[] = [];
  for (let i = 0; i + 1 < changes.length; i += 2) {
    (changes[i] === 'D' ? deleted : present).push(changes[i + 1] ?? '');
  }
  return { deleted, present };
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

/** A file that was replaced by a repository shows only once it is in the index. */
async function refuseNewSubmodules(git: Git, env: Readonly<Record<string, string>>): Promise<void> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', 'HEAD'];
  const entries = (await git.text(args, { env })).split('\0');
  const at = entries.findIndex((entry) => entry.split(' ')[1] === SUBMODULE_MODE);
  if (at >= 0) throw nestedRepository(entries[at + 1] ?? '');
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
