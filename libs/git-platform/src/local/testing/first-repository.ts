import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { testFolder } from '@tamma/testing';
import { openGit } from '../git.ts';
import { commitFileTo } from './commit-file.ts';

/** Contents by path. */
type Files = ReadonlyMap<string, Buffer>;

let first: Promise<Files> | null = null;

/** A bare repository with one commit on `main`. Git takes seven processes to make it, so it is made once and written anew. */
export async function writeFirstRepository(repository: string, account: string): Promise<void> {
  first ??= makeFirst(account);
  for (const folder of EMPTY_FOLDERS) await mkdir(join(repository, folder), { recursive: true });
  for (const [path, bytes] of await first) {
    const place = join(repository, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, bytes);
  }
}

/** Without the first ones git sees no repository; tests write hooks into the last. */
const EMPTY_FOLDERS = ['refs/heads', 'refs/tags', 'objects/info', 'objects/pack', 'hooks'];

async function makeFirst(account: string): Promise<Files> {
  await using folder = await testFolder();
  const repository = join(folder.path, 'project.git');
  const git = openGit({ repository, account });
  await git(['init', '--quiet', '--bare', '--template=', '--initial-branch=main']);
  await commitFileTo(git, 'main', { name: 'README.md', text: 'A project.\n' });
  const entries = await readdir(repository, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(paths.map(async (path) => [relative(repository, path), await readFile(path)] as const)),
  );
}
