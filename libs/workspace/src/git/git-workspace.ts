import { unlink } from 'node:fs/promises';
import type { CommandRequest, Workspace } from '../workspace.ts';
import { changedFiles } from './changed-files.ts';
import { type CommandPlace, runCommand } from './commands/run-command.ts';
import { type Author, commitAll } from './commit.ts';
import { commitFiles } from './commit-files.ts';
import { errorCode } from './error-code.ts';
import { readTextFile, removeOneFile, writeTextFile } from './files.ts';
import { fingerprint } from './fingerprint.ts';
import type { Git } from './git.ts';
import { changeSince, commitsSince, history } from './history.ts';
import type { Layout } from './layout.ts';
import { listFiles } from './listing.ts';
import { readFileAt } from './past-file.ts';
import { pushHead } from './push.ts';
import { keepTree, putBack } from './put-back.ts';
import { forkPoint, rebaseOnto } from './rebase.ts';
import { refreshIndex } from './refresh.ts';
import type { Remote } from './remote.ts';
import { removeFolder } from './remove-folder.ts';
import { searchLines } from './search/search.ts';
import { findSecrets } from './secrets.ts';
import { createTurns } from './turns.ts';

export interface Checkout {
  readonly git: Git;
  readonly place: CommandPlace;
  /** Where ripgrep is; null: git searches. */
  readonly ripgrep: string | null;
  readonly searchTimeoutMs: number;
  readonly remote: Remote;
  readonly startCommit: string;
  readonly author: Author;
  /** Values that no change may hold. */
  readonly secrets: readonly string[];
}

export function gitWorkspace(checkout: Checkout): Workspace {
  const { git, place, remote, startCommit, author, secrets } = checkout;
  const root = place.layout.tree;
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  const turns = createTurns();
  const run = async (request: CommandRequest) => {
    const result = await turns.work(() => runCommand(request, place));
    await turns.chore(() => refreshIndex(git, place.layout.gitDir, request.signal));
    return result;
  };
  return {
    root,
    startCommit,
    listFiles: () => listFiles(git, root),
    readFile: (path) => readTextFile(root, path),
    writeFile: (path, text) => turns.work(() => writeTextFile(root, path, text)),
    removeFile: (path) => turns.work(() => removeOneFile(root, path)),
    search: (wanted) => searchLines(checkout, typeof wanted === 'string' ? { text: wanted } : wanted),
    run: (request) => {
      const signal = AbortSignal.any([request.signal, closing.signal]);
      const result = run({ ...request, signal });
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    readFileAt: (commit, path) => readFileAt(git, commit, path),
    history: (max) => history(git, max),
    changedFiles: () => changedFiles(git, startCommit),
    fingerprint: () => fingerprint(git, root),
    keepTree: () => keepTree({ git, layout: place.layout }),
    putBack: (from, paths) => turns.work(() => putBack({ git, layout: place.layout }, from, paths)),
    commitFiles: (paths, request) =>
      turns.work(() => commitFiles({ git, author, folder: place.layout.gitDir }, paths, request)),
    commit: (request) => turns.work(() => commitAll(git, request, author)),
    commitsSince: (base) => commitsSince(git, base),
    changeSince: (base) => changeSince(git, base),
    findSecrets: (base) => findSecrets(git, base, secrets),
    forkPoint: (base) => forkPoint(git, remote, base),
    rebase: (base, began) => turns.work(() => rebaseOnto({ git, remote, author }, base, began)),
    push: (branch, expected) => pushHead(git, { remote, branch, expected }),
    async [Symbol.asyncDispose]() {
      closing.abort(new Error('the checkout was disposed while the command ran'));
      await Promise.allSettled(running);
      await removeCheckout(place.layout);
    },
  };
}

/** The owner file last: while it is there, a sweep finds what is left of the folder. True when it was ours to remove. */
export async function removeCheckout(layout: Layout): Promise<boolean> {
  await removeFolder(layout.folder);
  try {
    await unlink(layout.ownerFile);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
