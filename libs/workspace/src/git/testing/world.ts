import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@tamma/testing';
import { CONTRACT_FILES, type ContractWorld } from '../../contract.ts';
import { createGitWorkspaces, type GitWorkspacesOptions } from '../index.ts';

const run = promisify(execFile);

export interface GitWorld extends ContractWorld {
  readonly folder: string;
  /** Where the checkouts are. */
  readonly root: string;
}

export type WorldOptions = Omit<GitWorkspacesOptions, 'root' | 'author'>;

/** A bare repository as the local platform has it, and workspaces beside it. */
export async function gitWorld(options: WorldOptions): Promise<GitWorld> {
  const folder = await testFolder();
  const cloneUrl = join(folder.path, 'remote.git');
  const root = join(folder.path, 'work');
  const author = { name: 'Tamma', email: 'tamma@example.test' };
  await git(folder.path, ['init', '--quiet', '--bare', '--initial-branch=main', cloneUrl]);
  const seed = join(folder.path, 'somebody');
  await git(folder.path, ['clone', '--quiet', cloneUrl, seed]);
  const commitElsewhere = commitIn(seed);
  await commitElsewhere('main', CONTRACT_FILES);
  return {
    folder: folder.path,
    root,
    cloneUrl,
    workspaces: await createGitWorkspaces({ root, author, ...options }),
    commitElsewhere,
    headOf: (branch) => git(cloneUrl, ['rev-parse', '--verify', `refs/heads/${branch}`]),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function commitIn(clone: string): ContractWorld['commitElsewhere'] {
  return async (branch, files) => {
    await git(clone, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(clone, path)), { recursive: true });
      await writeFile(join(clone, path), text);
    }
    await git(clone, ['add', '-A', '-f']);
    await git(clone, ['commit', '--quiet', '-m', `Somebody's work on ${branch}`]);
    await git(clone, ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`]);
    return git(clone, ['rev-parse', 'HEAD']);
  };
}

/** Git as a person beside us would run it. */
export async function git(cwd: string, args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.test'];
  const { stdout } = await run('git', [...identity, ...args], { cwd });
  return stdout.trim();
}
