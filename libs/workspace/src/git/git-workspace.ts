import { unlink } from 'node:fs/promises';
import type { Workspace } from '../workspace.ts';
import { type CommandPlace, runCommand } from './commands/run-command.ts';
import { type Author, commitAll } from './commit.ts';
import { errorCode } from './error-code.ts';
import { readTextFile, removeOneFile, writeTextFile } from './files.ts';
import type { Git } from './git.ts';
import { changeSince, commitsSince } from './history.ts';
import type { Layout } from './layout.ts';
import { listFiles, searchLines } from './listing.ts';
import { pushHead } from './push.ts';
import { forkPoint, rebaseOnto } from './rebase.ts';
import type { Remote } from './remote.ts';
import { removeFolder } from './remove-folder.ts';
import { findSecrets } from './secrets.ts';

export interface Checkout {
  readonly git: Git;
  readonly place: CommandPlace;
  readonly remote: Remote;
  readonly startCommit: string;
  readonly author: Author;
}

export function gitWorkspace({ git, place, remote, startCommit, author }: Checkout): Workspace {
  const root = place.layout.tree;
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();
  return {
    root,
    startCommit,
    listFiles: () => listFiles(git),
    readFile: (path) => readTextFile(root, path),
    writeFile: (path, text) => writeTextFile(root, path, text),
    removeFile: (path) => removeOneFile(root, path),
    search: (text) => searchLines(git, text),
    run: (request) => {
      const signal = AbortSignal.any([request.signal, closing.signal]);
      const result = runCommand({ ...request, signal }, place);
      running.add(result);
      return result.finally(() => running.delete(result));
    },
    commit: (request) => commitAll(git, request, author),
    commitsSince: (base) => commitsSince(git, base),
    changeSince: (base) => changeSince(git, base),
    findSecrets: (base) => findSecrets(git, base),
    forkPoint: (base) => forkPoint(git, remote, base),
    rebase: (base, began) => rebaseOnto({ git, remote, author }, base, began),
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
