import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@tamma/testing';
import { CONTRACT_FILES, type ContractWorld } from '../../contract.ts';
import { abilitiesFor, type FolderTemplate, readTemplate, writeTemplate } from '../../testing/index.ts';
import { createGitWorkspaces, type GitWorkspacesOptions } from '../index.ts';

const run = promisify(execFile);

export interface GitWorld extends ContractWorld {
  readonly folder: string;
  /** Where the checkouts are. */
  readonly root: string;
  /** Where somebody beside us has a clone; made when it is first asked for. */
  readonly somebody: () => Promise<string>;
}

export type WorldOptions = Omit<GitWorkspacesOptions, 'root' | 'author'>;

/** The same for every world of this process. */
let template: Promise<FolderTemplate> | undefined;

/** A bare repository as the local platform has it, and workspaces beside it. */
export async function gitWorld(options: WorldOptions): Promise<GitWorld> {
  const folder = await testFolder();
  const cloneUrl = join(folder.path, 'remote.git');
  const root = join(folder.path, 'work');
  const author = { name: 'Tamma', email: 'tamma@example.test' };
  template ??= makeTemplate();
  await writeTemplate(await template, cloneUrl);
  const abilities = await abilitiesFor(root, options);
  let clone: Promise<string> | undefined;
  const somebody = () => {
    clone ??= cloneInto(join(folder.path, 'somebody'), cloneUrl);
    return clone;
  };
  return {
    folder: folder.path,
    root,
    cloneUrl,
    workspaces: await createGitWorkspaces({ root, author, ...options, abilities }),
    somebody,
    commitElsewhere: async (branch, files) => commitIn(await somebody(), branch, files),
    headOf: (branch) => git(cloneUrl, ['rev-parse', '--verify', `refs/heads/${branch}`]),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** What the repository of every world is at first. */
async function makeTemplate(): Promise<FolderTemplate> {
  await using folder = await testFolder();
  const remote = join(folder.path, 'remote.git');
  const seed = join(folder.path, 'seed');
  await git(folder.path, ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', remote]);
  // Housekeeping after each push would take longer than the push.
  await git(remote, ['config', 'receive.autogc', 'false']);
  await cloneInto(seed, remote);
  await commitIn(seed, 'main', CONTRACT_FILES);
  return await readTemplate(remote);
}

async function cloneInto(place: string, url: string): Promise<string> {
  await git(dirname(place), ['clone', '--quiet', url, place]);
  return place;
}

async function commitIn(
  clone: string,
  branch: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  await git(clone, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(clone, path)), { recursive: true });
    await writeFile(join(clone, path), text);
  }
  await git(clone, ['add', '-A', '-f']);
  await git(clone, ['commit', '--quiet', '-m', `Somebody's work on ${branch}`]);
  await git(clone, ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`]);
  return git(clone, ['rev-parse', 'HEAD']);
}

/** Git as a person beside us would run it. */
export async function git(cwd: string, args: readonly string[]): Promise<string> {
  const identity = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.test'];
  const { stdout } = await run('git', [...identity, ...args], { cwd });
  return stdout.trim();
}
